"""The long texts: there in every language, in step with the English one, and in a tone that promises nothing."""

import re
from string import Template

import pytest

from portal.i18n import OFFERED
from portal.pages import library

NEEDED = {
    "about",
    "accessibility",
    "acknowledge-no-promise",
    "acknowledge-transfer",
    "adult-disagrees",
    "consent-health-data",
    "consent-share-doctor",
    "home-consultation",
    "home-prepare",
    "honest",
    "honest-short",
    "minor-alone",
    "no-authority",
    "privacy-notice",
    "urgent",
    "urgent-short",
}
PROMISES = {
    "en": ["guarantee", "miracle", "breakthrough", "revolution", "100", "walk again", "bound to", "suffer"],
    "fr": ["garanti", "miracle", "révolution", "percée", "100", "remarcher", "cloué", "souffr"],
    "tr": ["garanti", "mucize", "devrim", "kesin çözüm", "yüzde yüz", "100", "muzdarip", "onam"],
    "ar": ["نضمن", "مضمون", "معجزة", "ثوري", "شفاء تام", "100", "يعاني"],
}
# What has the same shape in each language: headings, entries of lists, and links with where they lead.
SHAPE = re.compile(r'<(h\d|li|p|ol|ul)>|href="([^"]+)"')


def every_text():
    every = [(slug, number) for slug in library.slugs() for number in library.versions(slug)]
    return [pytest.param(*one, code, id=f"{one[0]}-{one[1]}-{code}") for one in every for code in OFFERED]


def placeholders(text: library.Text) -> set[str]:
    return set(Template(text.html).get_identifiers())


def filled(text: library.Text) -> str:
    return library.render(text, dict.fromkeys(placeholders(text), "Şifa & <Co>"))


def test_every_text_that_pages_ask_for_is_there():
    assert set(library.slugs()) >= NEEDED


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_text_has_a_title_in_every_language(slug, version, language):
    title = library.find(slug, language, version).title
    assert title != ""
    assert "$" not in title


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_text_names_the_same_settings_in_every_language(slug, version, language):
    english = library.find(slug, "en", version)
    assert placeholders(library.find(slug, language, version)) == placeholders(english)


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_text_has_the_same_parts_and_links_in_every_language(slug, version, language):
    english = library.find(slug, "en", version)
    assert SHAPE.findall(library.find(slug, language, version).html) == SHAPE.findall(english.html)


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_translation_is_not_the_english_text(slug, version, language):
    html = library.find(slug, language, version).html
    assert language == "en" or html != library.find(slug, "en", version).html


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_text_leaves_no_placeholder_unfilled(slug, version, language):
    assert "$" not in filled(library.find(slug, language, version))


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_text_leaves_the_first_heading_to_the_page(slug, version, language):
    assert "<h1" not in library.find(slug, language, version).html


@pytest.mark.parametrize(("slug", "version", "language"), every_text())
def test_a_text_promises_nothing_and_does_not_shout(slug, version, language):
    text = library.find(slug, language, version)
    # Both as written and folded, since Turkish has a capital that folds to two characters.
    words = f"{text.title} {text.html} {text.title.casefold()} {text.html.casefold()}"
    assert [one for one in [*PROMISES[language], "!", "—"] if one in words] == []


def test_the_newest_version_is_found_where_none_is_named():
    assert library.find("honest", "en").version == library.versions("honest")[-1]


@pytest.mark.parametrize("asked", [("nothing", "en"), ("honest", "xx"), ("honest", "en", 0), ("../texts/honest", "en")])
def test_an_unknown_text_is_said_to_be_unknown(asked):
    with pytest.raises(LookupError):
        library.find(*asked)


def test_a_value_is_shown_and_never_taken_for_html():
    text = library.Text("a", 1, "en", "A", "<p>${name}</p>")
    assert library.render(text, {"name": "<b>&"}) == "<p><bdi>&lt;b&gt;&amp;</bdi></p>"


def test_a_missing_value_is_an_error_and_no_gap():
    with pytest.raises(KeyError):
        library.render(library.Text("a", 1, "en", "A", "${name}"), {})


def test_html_in_a_source_is_text():
    assert library._html("<script>") == "<p>&lt;script&gt;</p>\n"


def test_other_houses_are_not_told_where_a_reader_comes_from():
    links = re.findall(r"<a [^>]+>", library.find("honest", "ar").html)
    assert links != []
    assert all('rel="noreferrer"' in link for link in links)
