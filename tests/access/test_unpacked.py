"""What another site makes a signed-in browser ask for is sent unpacked: its length says nothing of what repeats."""

import pytest

from tests.access.who_may import OPENS, TABLE

PACKED = {"br", "gzip"}
SIGNED_IN = ["family A", "family B", "coordinator 1", "lead", "interpreter", "admin"]


def encodings(scene, role: str, site: str) -> list[str]:
    """How the pages that open to a role are packed when a request comes from there."""
    headers = {"Accept-Encoding": "br, gzip", "Sec-Fetch-Site": site}
    pages = [line.address(scene.names) for line in TABLE if line.method == "GET" and line.expected[role] == OPENS]
    answers = [scene.browser(role).client.get(page, headers=headers, buffered=True) for page in pages]
    return [one.headers.get("Content-Encoding", "") for one in answers if one.mimetype == "text/html"]


@pytest.mark.parametrize("role", SIGNED_IN)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_page_is_packed_that_another_site_asked_for(scene, role, site):
    assert set(encodings(scene, role, site)) == {""}


@pytest.mark.parametrize("role", SIGNED_IN)
@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_every_page_is_packed_that_its_reader_asked_for(scene, role, site):
    found = encodings(scene, role, site)
    assert (len(found) > 10, set(found) <= PACKED) == (True, True)
