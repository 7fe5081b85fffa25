"""A whole walk from a network address of its own, on a served portal: the address is in no log, row or file."""

import io
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.support.files import make_pdf
from tests.support.journey import Journey
from tests.support.planted import Planted, report
from tests.support.serving import Portal, start_portal
from tests.support.walking import Family

pytestmark = pytest.mark.xdist_group("from-one-address")  # one walk for all
PLACE, SAID = "127.0.77.99", "198.51.100.77"
WALKER, AGENT, PATH, CODE = "planted.walker@family.example", "plantedagent", "plantedpath", "plantedcode"
WORDS = (PLACE, SAID, AGENT, PATH, CODE)


class From(HTTPAdapter):
    """Connections that come from an address of our own choice; all of 127.0.0.0/8 is this machine."""

    def init_poolmanager(self, *given, **more):
        super().init_poolmanager(*given, **more, source_address=(PLACE, 0))


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal after a walk and a number of requests that it refuses."""
    folder = tmp_path_factory.mktemp("from-one-address")
    portal = start_portal(folder / "served")
    family = Family(portal.base_url, "en")
    family.session.mount("http://", From())
    family.session.headers.update({"User-Agent": AGENT, "X-Forwarded-For": SAID, "X-Real-IP": SAID})
    file = folder / "report.pdf"
    file.write_bytes(make_pdf())
    walk = Journey(family, "en", WALKER)
    walk.begin()
    walk.answer_everything()
    walk.add("genetic_report", file)
    walk.book()
    walk.send()
    go_wrong(family.session, portal.base_url)
    yield portal
    portal.stop()


def go_wrong(session: requests.Session, base_url: str) -> None:
    """Requests that end with an error, each of which leaves a line in the log."""
    session.headers["Connection"] = "close"  # the server ends a connection on which it did not read a whole body
    for path in (PATH, f"en/{PATH}", f"en/resume/{PATH}", f"en/desk/cases/{PATH}", f"en/?q={PATH}"):
        for method in ("GET", "POST", "DELETE"):
            session.request(method, f"{base_url}/{path}", data={"code": CODE}, timeout=60)
    with suppress(requests.ConnectionError):  # it may be refused before all of it is sent
        session.post(f"{base_url}/en/resume", data=io.BytesIO(CODE.encode() * 200_000), timeout=60)
    session.get(f"{base_url}/en/", headers={"Host": f"{PATH}.example"}, timeout=60)


def test_the_address_of_a_family_is_kept_nowhere(walked):
    planted = Planted(*WORDS)
    folders = [path for path in walked.instance.iterdir() if path.is_dir()]
    files = [path for path in walked.instance.iterdir() if path.is_file()]
    found = planted.in_folders(*folders)
    found += [finding for path in files for finding in planted.in_file(path)]
    found += planted.in_database(f"sqlite:///{walked.instance}/portal.db")
    assert found == [], report(found)


def test_the_log_tells_of_refusals_and_not_of_whom(walked):
    found = Planted(*WORDS, WALKER).in_file(walked.log)
    told = walked.log.read_text()
    assert (told.count('"error_page"') > 8, "404" in told, found) == (True, True, []), report(found)
