"""How much a browser loads for the pages with the many criteria, and that the short markup says all that the long one said."""

import gzip
import re
from urllib.parse import urljoin

import pytest

from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.i18n import LANGUAGES
from app.portable.read import read_path
from app.rubrics import registry
from tests.conftest import ORIGIN, Client
from tests.factories import EXAMPLES, make_assessment, make_organisation, make_person

MOST_BYTES = 150_000
CRITERION = "double-degree:recognition.automatic"


@pytest.fixture
def assessment(client: Client, database: Database, settings: Settings) -> Assessment:
    """The sample university's, whose 185 criteria are in the tree."""
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    sample = read_path(EXAMPLES / "paper-university.en.yaml", registry.home())
    return make_assessment(database, organisation, sample)


Got = dict[str, tuple[int, str]]
"""What was asked for already, by address: its bytes, headers and all, and its text."""


def _get(client: Client, address: str, language: str) -> tuple[int, str]:
    with client.stream("GET", address, headers={"accept-language": language, "accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
        content = gzip.decompress(raw) if answer.headers.get("content-encoding") == "gzip" else raw
        return len(raw) + sum(len(name) + len(value) + 4 for name, value in answer.headers.raw), content.decode(errors="replace")


def _weight(client: Client, path: str, language: str, files: Got) -> int:
    """Bytes of a page and of all that it asks for, headers and all, without fonts."""
    weight, text = _get(client, path, language)
    pending, seen = re.findall(r'(?:href|src)="(/static/[^"]+)"', text), set[str]()
    while pending:
        address = pending.pop()
        if address in seen:
            continue
        seen.add(address)
        if address not in files:
            files[address] = _get(client, address, language)
        size, text = files[address]
        weight += size
        found = re.findall(r'import "(\./[^"]+)"', text) if ".js" in address else []
        pending += [urljoin(address, one) for one in found]
    assert len(seen) >= 3, "style sheet, script and what the script imports"
    return weight


def test_the_pages_with_the_many_criteria_are_light_in_every_language(client: Client, assessment: Assessment) -> None:
    here, files = f"/assessments/{assessment.id}", Got()
    pages = (here, f"{here}/criteria/{CRITERION}", f"{here}/gaps")
    found = {(language, page): _weight(client, page, language, files) for language in LANGUAGES for page in pages}
    assert {one: weight for one, weight in found.items() if weight > MOST_BYTES} == {}


def test_every_mark_is_named_by_words_that_stand_on_the_page(client: Client, assessment: Assessment) -> None:
    for path in (f"/assessments/{assessment.id}", f"/assessments/{assessment.id}/criteria/{CRITERION}"):
        page = client.get(path).text
        words = dict(re.findall(r"<p id=(m-\w+)>([^<]+)</p>", page))
        marks = re.findall(r"<i(?: id=mark)? role=img aria-labelledby=(m-\w+)>([^<]+)</i>", page)
        assert len(marks) == 185
        assert {name for name, _sign in marks} <= set(words)
        for name, sign in marks:
            assert sign in words[name] if sign.isdigit() else words[name] in ("blocker", "not answered", "not applicable")
    assert len(set(words.values())) == len(words) == 13


@pytest.mark.parametrize("answered", ["", "/links"])
def test_the_tree_leads_to_the_criteria_from_wherever_it_is_shown(client: Client, assessment: Assessment, answered: str) -> None:
    place = f"/assessments/{assessment.id}/criteria/{CRITERION}"
    page = client.send_form(f"{place}{answered}", {"code": ""}) if answered else client.get(place)
    assert page.status_code == (422 if answered else 200)
    tree = page.text.split('<nav class="tree"')[1].split("</nav>")[0]
    links = {urljoin(f"{ORIGIN}{place}{answered}", one) for one in re.findall(r'href="([^"]+)"', tree)}
    assert len(links) == 185
    assert f"{ORIGIN}{place}" in links
    assert all(one.startswith(f"{ORIGIN}/assessments/{assessment.id}/criteria/") for one in links)
    assert client.get(min(links)).status_code == 200
