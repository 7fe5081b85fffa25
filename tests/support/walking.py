"""A family's browser without scripts: follows links, fills forms and presses buttons over real HTTP."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

import requests

from tests.support.pages import Button, Form, Page, Value, fill

MULTIPART = "multipart/form-data"
TIMEOUT_SECONDS = 60
File = Path | tuple[str, bytes, str]  # a file, or name, content and type


class Family:
    """Walks the portal; `page` is where it is now. Keeps cookies as a browser does."""

    def __init__(self, base_url: str, language: str = "en", *, strict: bool = True) -> None:
        self.base_url = base_url
        self.strict = strict
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy of the machine's stands between us
        self.session.headers.update({"Accept-Language": language, "User-Agent": "family/1.0", "Accept": "text/html"})
        self.page = Page(base_url, "<!doctype html><title>-</title>")
        self.answer: requests.Response | None = None

    def open(self, address: str) -> Page:
        """Go to an address (absolute or below the base URL)."""
        return self._arrive(self.session.get(urljoin(self.base_url + "/", address), timeout=TIMEOUT_SECONDS))

    def follow(self, link: str) -> Page:
        """Follow the link with this text, or whose address ends so."""
        return self.open(self.page.link(link))

    def submit(
        self,
        values: Mapping[str, Value] | None = None,
        *,
        form: str | Form | None = None,
        button: str | None = None,
        files: Mapping[str, File | list[File]] | None = None,
    ) -> Page:
        """Fill the page's main form, or another one, and press a button (by text, name or `name=value`)."""
        chosen = form if isinstance(form, Form) else self.page.form(form)
        fill(chosen, values)
        pressed = chosen.button(button)
        how = pressed or Button("", "", "", chosen.action, chosen.method, chosen.enctype)
        fields = chosen.fields + ([(how.name, how.value)] if how.name else [])
        if how.method == "get":
            return self._arrive(self.session.get(how.action, params=fields, timeout=TIMEOUT_SECONDS))
        sent = _parts(chosen, files or {}) if how.enctype == MULTIPART else None
        headers = {"Referer": self.page.url, "Origin": _origin(self.page.url)}
        if how.enctype == MULTIPART and not sent:
            sent = [(name, (None, value)) for name, value in fields]
            fields = []
        return self._arrive(
            self.session.post(how.action, data=fields, files=sent, headers=headers, timeout=TIMEOUT_SECONDS)
        )

    def close(self) -> None:
        """Let go of its connections."""
        self.session.close()

    def _arrive(self, answer: requests.Response) -> Page:
        self.answer = answer
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        html = answer.content.decode("utf-8") if is_page else "<!doctype html><title>-</title>"
        self.page = Page(answer.url, html, answer.status_code, strict=self.strict)
        return self.page


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _parts(form: Form, files: Mapping[str, File | list[File]]) -> list[tuple[str, tuple[str, bytes, str]]]:
    unknown = [name for name in files if name not in form.controls]
    assert not unknown, f"no file field {unknown} among {form.names}"
    parts = []
    for name in (c.name for c in form.controls.values() if c.kind == "file"):
        given = files.get(name, [("", b"", "application/octet-stream")])  # an empty field is sent as an empty part
        parts += [(name, _part(file)) for file in (given if isinstance(given, list) else [given])]
    return parts


def _part(file: File) -> tuple[str, bytes, str]:
    if isinstance(file, Path):
        return file.name, file.read_bytes(), "application/octet-stream"
    return file
