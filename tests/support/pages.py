"""Pages as a browser without scripts has them: strictly parsed, with their links and forms."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

import html5lib

Value = str | bool | list[str]
BUTTON_TYPES = {"submit", "image"}
UNSENT_TYPES = {"submit", "image", "button", "reset", "file"}


class NoSuchPart(AssertionError):
    """The page does not have what the test asks it for; the message lists what it has."""


@dataclass(frozen=True)
class Button:
    """A button that sends its form, and what it changes about the sending."""

    name: str
    value: str
    text: str
    action: str
    method: str
    enctype: str


@dataclass
class Control:
    """One field, or all radios or checkboxes of one name: what is chosen and what may be."""

    name: str
    kind: str
    chosen: list[str]
    offered: list[str] = field(default_factory=list)

    @property
    def limited(self) -> bool:
        """Whether only the offered values can be chosen."""
        return self.kind in {"radio", "checkbox", "select", "select-multiple"}


@dataclass
class Form:
    """A form with its fields by name; `fill` it, then `Family.submit` it."""

    id: str
    action: str
    method: str
    enctype: str
    controls: dict[str, Control]
    buttons: list[Button]

    @property
    def names(self) -> list[str]:
        """The names of its fields, in the page's order."""
        return list(self.controls)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a browser would send of it, without a button and without files."""
        return [(c.name, value) for c in self.controls.values() if c.kind != "file" for value in c.chosen]

    @property
    def sent(self) -> dict[str, list[str]]:
        """The same by name, for a client that takes values so."""
        return {c.name: list(c.chosen) for c in self.controls.values() if c.kind != "file" and c.chosen}

    def button(self, wanted: str | None = None) -> Button | None:
        """The button of this text, name or `name=value`; without one, the first as when Enter is pressed."""
        if wanted is None:
            return self.buttons[0] if self.buttons else None
        for button in self.buttons:
            if wanted in {button.text, button.name, f"{button.name}={button.value}"}:
                return button
        raise NoSuchPart(f"no button {wanted!r} among {[(b.text, b.name, b.value) for b in self.buttons]}")


def fill(form: Form, values: Mapping[str, Value] | None = None, **more: Value) -> Form:
    """Set fields by name; a choice must be offered, a field must be there. `True`/`False` ticks or clears one box."""
    for name, value in {**(values or {}), **more}.items():
        if name not in form.controls:
            raise NoSuchPart(f"no field {name!r} among {form.names}")
        control = form.controls[name]
        if isinstance(value, bool):
            control.chosen = control.offered[:1] if value else []
            continue
        control.chosen = [value] if isinstance(value, str) else list(value)
        refused = [choice for choice in control.chosen if control.limited and choice not in control.offered]
        if refused:
            raise NoSuchPart(f"{name!r} does not offer {refused}, only {control.offered}")
    return form


class Page:
    """One answered page, parsed; `strict` raises on any fault in its HTML."""

    def __init__(self, url: str, html: str, status: int = 200, *, strict: bool = True) -> None:
        self.url, self.html, self.status = url, html, status
        # Strict means the HTML standard's own parse errors, each with its line and column.
        parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=strict, namespaceHTMLElements=False)
        self.root: ET.Element = parser.parse(html)

    @property
    def lang(self) -> str:
        """The language the page says it is in."""
        return self.root.get("lang", "")

    @property
    def dir(self) -> str:
        """The direction the page says it runs in."""
        return self.root.get("dir", "")

    @property
    def headings(self) -> list[str]:
        """The texts of its first-level headings."""
        return [text_of(heading) for heading in self.root.iter("h1")]

    @property
    def title(self) -> str:
        """Its title."""
        return "".join(text_of(title) for title in self.root.iterfind("head/title"))

    @property
    def text(self) -> str:
        """What is read on it, white space folded."""
        return text_of(self.root.find("body"))

    @property
    def main(self) -> str:
        """What is read in its main part."""
        return " ".join(text_of(part) for part in self.root.iter("main"))

    @property
    def links(self) -> list[tuple[str, str]]:
        """Its links as (text, absolute address)."""
        return [(text_of(a), urljoin(self.url, a.get("href", ""))) for a in self.root.iter("a") if a.get("href")]

    @property
    def errors(self) -> dict[str, str]:
        """What its error summary says, by the name of the field that each line leads to, or by the id of a group."""
        summary = self.root.find(".//*[@role='alert']")
        found = summary.iter("a") if summary is not None else ()
        leads = {a.get("href", "").lstrip("#"): text_of(a) for a in found}
        return {self.by_id(where).get("name", where): text for where, text in leads.items()}

    def link(self, wanted: str) -> str:
        """The address of the link with this text, or whose address ends so."""
        for text, address in self.links:
            if text == wanted or address.split("?")[0].endswith(wanted):
                return address
        raise NoSuchPart(f"no link {wanted!r} among {self.links}")

    def by_id(self, wanted: str) -> ET.Element:
        """The element of this id."""
        for element in self.root.iter():
            if element.get("id") == wanted:
                return element
        raise NoSuchPart(f"nothing has the id {wanted!r}")

    def forms(self) -> list[Form]:
        """Its forms in order, each with the fields that belong to it wherever they stand."""
        return [_form(self, element) for element in self.root.iter("form")]

    def form(self, wanted: str | None = None) -> Form:
        """The form of this id, or with a field or at an address of this name; without one, the page's main form."""
        forms = self.forms()
        for form in forms:
            if wanted is None and form.id == "main-form":
                return form
            if wanted is not None and (wanted in {form.id, *form.names} or form.action.split("?")[0].endswith(wanted)):
                return form
        if wanted is None and len(forms) == 1:
            return forms[0]
        raise NoSuchPart(f"no form {wanted!r} among {[(f.id, f.action, f.names) for f in forms]}")


def forms(page: Page) -> list[Form]:
    """The page's forms in order."""
    return page.forms()


def text_of(element: ET.Element | None) -> str:
    """What is read in an element, white space folded; comments, scripts and styles are not read."""
    return re.sub(r"\s+", " ", "".join(_texts(element))).strip() if element is not None else ""


def _texts(element: ET.Element) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag not in {"script", "style", "template"}:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
        if element.tag in {"p", "div", "li", "dt", "dd", "tr", "td", "th", "h1", "h2", "h3", "br", "option", "legend"}:
            yield " "


def _form(page: Page, element: ET.Element) -> Form:
    action = urljoin(page.url, element.get("action") or page.url)
    form = Form(
        id=element.get("id", ""),
        action=action,
        method=element.get("method", "get").lower(),
        enctype=element.get("enctype", "application/x-www-form-urlencoded"),
        controls={},
        buttons=[],
    )
    for owned in _owned(page.root, element):
        kind = (owned.get("type") or ("submit" if owned.tag == "button" else "text")).lower()
        if owned.tag in {"button", "input"} and kind in BUTTON_TYPES:
            form.buttons.append(_button(page, form, owned))
        elif owned.tag in {"input", "select", "textarea"} and owned.get("name"):
            _add(form, owned, kind)
    return form


def _owned(root: ET.Element, form: ET.Element) -> list[ET.Element]:
    """The form's enabled controls in the page's order: those inside it and those that name it."""
    inside = set(form.iter())
    disabled = {e for fieldset in root.iter("fieldset") if "disabled" in fieldset.attrib for e in fieldset.iter()}
    controls = [e for e in root.iter() if e.tag in {"input", "select", "textarea", "button"}]
    named = form.get("id")
    return [
        control
        for control in controls
        if "disabled" not in control.attrib
        and control not in disabled
        and (control.get("form") == named if "form" in control.attrib else control in inside)
    ]


def _button(page: Page, form: Form, element: ET.Element) -> Button:
    return Button(
        name=element.get("name", ""),
        value=element.get("value", ""),
        text=text_of(element) or element.get("value", ""),
        action=urljoin(page.url, element.get("formaction") or form.action),
        method=element.get("formmethod", form.method).lower(),
        enctype=element.get("formenctype", form.enctype),
    )


def _add(form: Form, element: ET.Element, kind: str) -> None:
    name = element.get("name", "")
    if element.tag == "select":
        kind = "select-multiple" if "multiple" in element.attrib else "select"
        control = Control(name, kind, *_options(element, kind))
    elif element.tag == "textarea":
        control = Control(name, "textarea", [(element.text or "").replace("\r\n", "\n").replace("\n", "\r\n")])
    elif kind in {"radio", "checkbox"}:
        control = form.controls.get(name) or Control(name, kind, [])
        value = element.get("value", "on")
        control.offered.append(value)
        control.chosen += [value] if "checked" in element.attrib else []
    else:
        control = form.controls.get(name) or Control(name, kind, [])
        control.chosen += [element.get("value", "")] if kind not in UNSENT_TYPES else []
    form.controls[name] = control


def _options(select: ET.Element, kind: str) -> tuple[list[str], list[str]]:
    options = [option for option in select.iter("option") if "disabled" not in option.attrib]
    offered = [option.get("value", text_of(option)) for option in options]
    chosen = [option.get("value", text_of(option)) for option in options if "selected" in option.attrib]
    if kind == "select" and not chosen:
        chosen = offered[:1]
    return chosen, offered
