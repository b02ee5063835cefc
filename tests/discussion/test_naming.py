"""Who is offered behind an @, and who is named by one."""

from dataclasses import dataclass

import pytest

from app import clock
from app.accounts.models import Organisation, Role
from app.assessments.models import Assessment, SharedAssessment
from app.config import Settings
from app.db import Database
from app.discussion.access import MOST_OFFERED
from app.discussion.service import named_in
from tests.conftest import Client
from tests.discussion.conftest import CRITERION
from tests.factories import make_agency, make_organisation, make_person, make_unit


def _path(assessment: Assessment) -> str:
    return f"/assessments/{assessment.id}/criteria/{CRITERION}/discussion/people"


def _offered(client: Client, assessment: Assessment, typed: str) -> list[str]:
    answer = client.get(_path(assessment), params={"q": typed})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["people"])


def test_each_typed_word_begins_a_word_of_the_name_however_kazakh_letters_are_typed(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation, name="Who Asks"))
    names = ("Айгүл Сәрсенбаева", "Әлия Ғаниева", "Ольга Ким")
    for name in names:
        make_person(database, settings, organisation, name=name)
    assert sorted(_offered(client, assessment, "")) == sorted(names)
    assert _offered(client, assessment, "айгул") == ["Айгүл Сәрсенбаева"]
    assert _offered(client, assessment, "Әли") == _offered(client, assessment, "али ган") == ["Әлия Ғаниева"]
    assert _offered(client, assessment, "Who") == [], "nobody asks themself"
    assert _offered(client, assessment, "лга") == []
    assert _offered(client, assessment, "%_" + "я" * 5000) == []


def test_only_who_takes_part_is_offered_and_never_many_at_once(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation, name="Who Asks"))
    unit = make_unit(database, organisation)
    make_person(database, settings, organisation, Role.CONTRIBUTOR, unit=unit, name="Zed Elsewhere")
    make_person(database, settings, make_organisation(database), name="Zed Stranger")
    make_person(database, settings, make_agency(database), Role.REVIEWER, name="Zed Reviewer")
    assert _offered(client, assessment, "Zed") == []
    for number in range(MOST_OFFERED + 2):
        make_person(database, settings, organisation, name=f"Zed Number {number:02}")
    assert _offered(client, assessment, "zed") == [f"Zed Number {number:02}" for number in range(MOST_OFFERED)]
    make_person(database, settings, organisation, name="Zed Number 00")
    assert _offered(client, assessment, "zed number 00") == ["Zed Number 00"], "a name stands once"


def test_guests_outsiders_and_visitors_are_told_of_nobody(
    client: Client, database: Database, settings: Settings, assessment: Assessment
) -> None:
    agency = make_agency(database)
    guest = make_person(database, settings, agency, Role.REVIEWER)
    with database.write() as session:
        session.add(SharedAssessment(assessment_id=assessment.id, organisation_id=agency.id, created_at=clock.now()))
    assert client.as_(guest).get(_path(assessment)).status_code == 403
    assert client.as_(make_person(database, settings)).get(_path(assessment)).status_code == 404
    assert client.signed_out().get(_path(assessment), headers={"accept": "application/json"}).status_code == 401


@dataclass(frozen=True)
class _Named:
    id: int
    name: str


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Anna please", {1}),
        ("@anna maria, please", {2}),
        ("@Anna and @Anna Maria", {1, 2}),
        ("@Annabel", set()),
        ("Anna@Anna.example", {1}),
        ("@", set()),
        ("@Ann", set()),
        ("@ANNA MARIA", {2}),
    ],
)
def test_the_longest_name_behind_an_at_is_meant(text: str, named: set[int]) -> None:
    people = [_Named(1, "Anna"), _Named(2, "Anna Maria"), _Named(3, "")]
    assert named_in(text, people) == named  # type: ignore[arg-type]  # only names and numbers are looked at
