"""Pages say of each text that people wrote in which language it is, where it is not in that of the page (WCAG 2.2, 3.1.2)."""

import re

import pytest
from lxml import html as parser

from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small

REFERENCE = "esg-2015:policy.review"
SAID = {
    "kk": "Саясат бекітілген және жыл сайын қайта қаралады.",
    "ru": "Политика утверждена и пересматривается каждый год.",
    "en": "The policy is approved and reviewed each year.",
}


@pytest.fixture
def place(client: Client, database: Database, settings: Settings) -> str:
    """The address of an assessment of the signed-in quality manager."""
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    return f"/assessments/{assessment.id}"


def _language_at(page: str, words: str) -> list[str]:
    """The language that is said of each element of the body whose own text has the words."""
    tree = parser.fromstring(page)
    texts = [one for one in tree.xpath("//body//text()") if words in one]
    holders = [one.getparent() for one in texts]
    return [next(up.get("lang") for up in (one, *one.iterancestors()) if up.get("lang")) for one in holders]


@pytest.mark.parametrize("written", ["kk", "ru", "en"])
@pytest.mark.parametrize("shown", ["kk", "ru", "en"])
def test_an_answer_says_its_language_where_it_is_written_and_where_it_is_read(
    client: Client, place: str, shown: str, written: str
) -> None:
    words = SAID[written]
    sent = {"version": "0", "choice": "1", "comment": f"{words}\r\n<b>&amp;"}
    assert client.send_form(f"{place}/criteria/{REFERENCE}", sent).status_code == 303
    client.cookies.set("language", shown)
    page = client.get(f"{place}/criteria/{REFERENCE}").text
    assert f'<html lang="{shown}"' in page
    found = _language_at(page, words)
    assert found
    assert set(found) == {written}
    # What was typed stands in its field as it was typed.
    assert parser.fromstring(page).xpath("//textarea[@name='comment']")[0].text.lstrip("\n") == f"{words}\n<b>&amp;"


def test_our_own_words_are_in_the_language_of_the_page(client: Client, place: str) -> None:
    strange: set[tuple[str, str]] = set()
    for shown in ("kk", "ru", "en"):
        client.cookies.set("language", shown)
        for address in ("/work", place, f"{place}/downloads", f"{place}/gaps", "/search?q=қ", "/account"):
            page = client.get(address)
            assert page.status_code == 200, address
            marks = re.findall(r'<[^>]* lang="(\w\w)"[^>]*>([^<]*)', page.text.partition("<body")[2])
            strange.update((language, words.strip()) for language, words in marks if language != shown)
    # The sample's own words are English, and names of languages are in theirs.
    written = {action.what for action in small().actions}
    assert ("en", next(iter(written))) in strange
    others = {one for one in strange if one[1] not in written}
    assert {one for one in others if not re.search("Қазақша|Русский|English|[Ss]ample", one[1])} == set()
