"""In a browser: the device tells its zone by any of its names; where it does not, the country may; a human decides."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import open_section
from tests.support.serving import Portal

Opens = Callable[..., Locator]


@pytest.fixture
def zone_at(demo_portal: Portal, page_at: Callable[..., Page], request: pytest.FixtureRequest) -> Opens:
    """The question about the zone, in a browser whose device says this one."""

    def open_page(device: str, says: str = "") -> Locator:
        page = page_at(locale="ar-IQ", timezone=device)
        if says:
            page.add_init_script(
                "const asked = Intl.DateTimeFormat.prototype.resolvedOptions;"
                "Intl.DateTimeFormat.prototype.resolvedOptions = function () {"
                f"return {{ ...asked.call(this), timeZone: {says!r} }}; }};"
            )
        email = f"zone{abs(hash(request.node.name))}@family.example"
        return open_section(page, demo_portal.base_url, "ar", email, "person").locator('[name="timezone"]')

    return open_page


@pytest.mark.parametrize(
    ("device", "says", "zone"),
    [
        ("Asia/Calcutta", "", "Asia/Kolkata"),
        ("UTC", "", ""),
        pytest.param("Europe/Kiev", "", "Europe/Kyiv", marks=pytest.mark.exhaustive),
        pytest.param("Europe/Istanbul", "Turkey", "Europe/Istanbul", marks=pytest.mark.exhaustive),
        pytest.param("America/New_York", "US/Eastern", "America/New_York", marks=pytest.mark.exhaustive),
        pytest.param("UTC", "Etc/GMT+3", "", marks=pytest.mark.exhaustive),
    ],
)
def test_the_device_is_understood(zone_at, device, says, zone):
    expect(zone_at(device, says)).to_have_value(zone)


@pytest.mark.parametrize(("country", "zone"), [("TR", "Europe/Istanbul"), ("CA", "")])
def test_where_the_device_says_nothing_the_country_may(zone_at, country, zone):
    field = zone_at("UTC")
    field.page.locator('[name="country"]').select_option(country)
    expect(field).to_have_value(zone)


def test_what_was_chosen_stays_when_the_country_changes(zone_at):
    field = zone_at("UTC")
    field.select_option("Asia/Baghdad")
    field.page.locator('[name="country"]').select_option("TR")
    expect(field).to_have_value("Asia/Baghdad")
