"""What is found by whom."""

import html
import re

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.models import Role
from app.assessments.models import Answer, Assessment, GatheredEvidence
from app.config import Settings
from app.db import Database
from app.evidence import service as evidence
from app.evidence.forms import EvidenceForm
from app.evidence.models import EvidenceTag
from tests.conftest import Client
from tests.factories import make_agency, make_assessment, make_organisation, make_person, make_unit

HOSTILE = (
    '"',
    "'",
    '""""',
    "NEAR(a b, 2)",
    "a* b*",
    "words:x",
    "-a ^b",
    "a AND OR NOT",
    "{a b}: c",
    "a & | ! <-> b:*",
    "\\",
    "%",
    "\x00a",
    "\ud7ff\ufffe",
    "(((",
    "x" * 5000,
    "a " * 1000,
    "<script>alert(1)</script>",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ½ ² ①",
    "ﷺ",
)


def _say(database: Database, assessment: Assessment, comment: str) -> str:
    with database.write() as session:
        answer = session.scalars(select(Answer).where(Answer.assessment_id == assessment.id).order_by(Answer.id)).first()
        assert answer is not None
        answer.comment = comment
        return answer.criterion


def _counts(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'chip__count">(\d+)<', page)]


def _plain(page: str) -> str:
    """The text of the part that shows what was found."""
    return html.unescape(re.sub(r"<[^>]+>", "", page.partition('<ol class="hits">')[2]))


def test_an_answer_is_found_by_a_word_written_without_kazakh_letters(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    reference = _say(database, assessment, "Ұтқырлық қағидалары <b>бекітілді</b>")
    client.as_(make_person(database, settings, organisation))

    page = client.get("/search?kind=answers&q=уткырлык%20кагида").text

    assert f'href="/assessments/{assessment.id}/criteria/{reference}"' in page
    found = '<mark lang="kk">Ұтқырлық</mark> <mark lang="kk">қағидалары</mark>'
    assert re.search(f"{found} ?(<[^>]*>)? ?&lt;b&gt;бекітілді", page)
    assert _counts(page)[1] == 1


def test_a_criterion_is_found_in_the_readers_language(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation, language="ru"))
    page = client.get("/search?kind=criteria&q=качеств", headers={"accept-language": "ru"}).text
    assert _counts(page)[0] > 0
    assert f"/assessments/{assessment.id}/criteria/" in page


def test_evidence_is_found_by_title_and_code(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    with database.write() as session:
        form = EvidenceForm(title="Minutes of the zebra board", kind="minutes")
        item = evidence.add(session, organisation.id, form, None, now=clock.now())
    client.as_(make_person(database, settings, organisation))
    for query in ("zeb", f"{item.code}", "ZEBRA board"):
        assert f'href="/evidence/{item.id}"' in client.get("/search", params={"q": query, "kind": "evidence"}).text, query


def test_evidence_is_found_by_its_tags_and_a_restricted_one_only_by_who_may_see_it(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    with database.write() as session:
        for confidentiality in ("ordinary", "restricted"):
            form = EvidenceForm(title="Minutes", kind="minutes")
            item = evidence.add(session, organisation.id, form, None, now=clock.now())
            item.confidentiality = confidentiality
            session.add(EvidenceTag(item_id=item.id, tag="tapir"))
    client.as_(make_person(database, settings, organisation))
    assert _counts(client.get("/search?q=tapir").text) == [0, 0, 2]
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR))
    assert _counts(client.get("/search?q=tapir").text) == [0, 0, 1]


def test_what_one_may_not_read_is_neither_shown_nor_counted(client: Client, database: Database, settings: Settings) -> None:
    word = "qwertzcanary"
    theirs = make_organisation(database)
    organisation = make_organisation(database)
    law, science = make_unit(database, organisation), make_unit(database, organisation)
    for owner, unit in ((theirs, None), (organisation, law), (organisation, None)):
        _say(database, make_assessment(database, owner, unit=unit), f"About {word}")
        with database.write() as session:
            form = EvidenceForm(title=f"Item {word}", kind="policy")
            evidence.add(session, owner.id, form, None, unit_id=unit.id if unit else None, now=clock.now())

    client.as_(make_person(database, settings, organisation))
    assert _counts(client.get(f"/search?q={word}").text) == [0, 2, 2]
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, law))
    assert _counts(client.get(f"/search?q={word}").text) == [0, 1, 2]
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, science))
    page = client.get(f"/search?q={word}").text
    assert _counts(page) == [0, 0, 1]
    assert "About" not in _plain(page)
    client.as_(make_person(database, settings))
    assert _counts(client.get(f"/search?q={word}").text) == [0, 0, 0]


def test_one_assessment_can_be_searched_alone(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    one, other = make_assessment(database, organisation), make_assessment(database, organisation)
    for each in (one, other):
        _say(database, each, "giraffes everywhere")
    client.as_(make_person(database, settings, organisation))
    assert _counts(client.get("/search?q=giraffe").text)[1] == 2
    assert _counts(client.get(f"/search?q=giraffe&assessment={other.id}").text)[1] == 1
    stranger = make_assessment(database, make_organisation(database))
    for address in (stranger.id, 999_999, "x", "9" * 40, "-1"):
        assert client.get(f"/search?q=giraffe&assessment={address}").status_code == 404, address


def test_a_guest_finds_the_evidence_that_an_assessment_shows_them_and_nothing_else(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation, agency = make_organisation(database), make_agency(database)
    assessment, manager = make_assessment(database, organisation), make_person(database, settings, organisation)
    reviewer = make_person(database, settings, agency, Role.REVIEWER)
    with database.write() as session:
        for number, confidentiality in enumerate(("ordinary", "restricted", "kept")):
            form = EvidenceForm(title=f"{confidentiality} okapi", kind="minutes")
            item = evidence.add(session, organisation.id, form, None, now=clock.now())
            if confidentiality != "kept":
                item.confidentiality = confidentiality
                session.add(GatheredEvidence(assessment_id=assessment.id, item_id=item.id, position=900 + number))
    search = f"/search?q=okapi&kind=evidence&assessment={assessment.id}"
    shares, agencys = f"/assessments/{assessment.id}/shares", {"agency_id": str(agency.id)}
    client.as_(manager).send_form(shares, agencys)
    assert _counts(client.as_(reviewer).get(search).text)[2] == 0
    client.as_(manager).send_form(shares, {**agencys, "with_evidence": "true"})
    page = client.as_(reviewer).get(search).text
    assert _counts(page)[2] == 1
    assert "ordinary okapi" in _plain(page)
    assert client.get(found[1] if (found := re.search(r'href="([^"]*/evidence/\d+)"', page)) else "").status_code == 200
    assert _counts(client.get("/search?q=okapi").text)[2] == 0


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query[:20]))
def test_nothing_that_is_typed_is_an_error(client: Client, database: Database, settings: Settings, query: str) -> None:
    organisation = make_organisation(database)
    make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    for kind in ("", "criteria", "answers", "evidence", "nonsense"):
        page = client.get("/search", params={"q": query, "kind": kind, "page": "7"})
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_pages_of_results_hold_each_hit_once(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    with database.write() as session:
        for number in range(45):
            evidence.add(session, organisation.id, EvidenceForm(title=f"Okapi {number}", kind="policy"), None, now=clock.now())
    client.as_(make_person(database, settings, organisation))
    found: list[str] = []
    for number in (1, 2, 3, 4):
        page = client.get(f"/search?q=okapi&kind=evidence&page={number}").text
        found += re.findall(r'href="(/evidence/\d+)"', page)
        assert ('rel="next"' in page) == (number < 3)
    assert len(found) == len(set(found)) == 45
    for typed in ("0", "-1", "x", "9" * 30):
        assert client.get(f"/search?q=okapi&page={typed}").status_code == 200


def test_the_field_stands_on_every_page_for_who_has_an_organisation(
    client: Client, database: Database, settings: Settings
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    assert 'id="search"' in client.get("/assessments").text
    client.as_(make_person(database, settings))
    assert 'id="search"' not in client.get("/account").text
    assert client.signed_out().get("/search?q=a").status_code == 303
