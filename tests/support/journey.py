"""What one family says, step by step; walked over plain HTTP or in a browser."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.support.walking import Family

Answers = dict[str, str | bool | list[str]]

WHO: Answers = {
    "respondent_role": "mother",
    "person": "minor",
    "guardian_authority": "yes",
    "adult_assent": "too_young",
}
CONSENTS: Answers = {
    "consent_health_data": True,
    "consent_share_doctor": False,
    "consent_transfer": True,
    "consent_no_treatment_promise": True,
}
SECTIONS: dict[str, Answers] = {
    "person": {"given_name": "Deniz", "birth_ym": "04/2017", "country": "FR", "timezone": "Europe/Paris"},
    "diagnosis": {"dx_type": "dmd"},
    "genetics": {"gen_report_status": "have_it"},
    "walking": {"walk_now": "walks_alone"},
}


@dataclass
class Journey:
    """A walk without scripts through a running portal."""

    family: Family
    language: str
    email: str = "parent@family.example"
    who: Answers = field(default_factory=lambda: WHO)
    seen: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """From the home page to the overview of a new case."""
        self._open("")
        self._follow("/start")
        self._follow("/start/who")
        self._submit(self.who)
        self._submit(CONSENTS | {"contact_email": self.email})

    def answer(self, section: str, **more: str) -> None:
        """Fill in one section, and save what follows from it too."""
        self._open(f"case/section/{section}")
        self._submit(SECTIONS[section] | more)

    def answer_everything(self) -> None:
        """All four sections."""
        for section in SECTIONS:
            self.answer(section)

    def add(self, kind: str, file: Path) -> None:
        """Send one file."""
        self._open("case/documents")
        self.family.submit({"kind": kind}, files={"file": file})
        self._note()

    def book(self) -> None:
        """Take the first free time, by telephone."""
        self._open("case/book")
        first = self.family.page.form().controls["slot"].offered[0]
        self._submit({"slot": first})
        self._submit({"channel": "phone", "phone": "+33 1 23 45 67 89"})

    def send(self) -> None:
        """Check and send."""
        self._open("case/check")
        self._submit({})

    def _open(self, path: str) -> None:
        self.family.open(f"/{self.language}/{path}")
        self._note()

    def _follow(self, link: str) -> None:
        self.family.follow(link)
        self._note()

    def _submit(self, values: Answers) -> None:
        self.family.submit(values)
        self._note()

    def _note(self) -> None:
        page = self.family.page
        assert page.status == 200, f"{page.status} at {page.url}: {page.main}"
        assert not page.errors, f"{page.errors} at {page.url}"
        self.seen[page.url.split("?")[0].partition(self.language)[2]] = page.html
