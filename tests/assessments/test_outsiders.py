"""Another organisation's row is as good as missing in lists and in what a form names; addresses are asked in tests/isolation."""

import pytest

from app.accounts.models import Organisation
from app.assessments.models import EvidenceLink, PlannedAction
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person


@pytest.fixture
def theirs(database: Database) -> dict[str, int]:
    """The ids of another organisation's rows."""
    organisation: Organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    with database.read() as session:
        item = session.query(EvidenceItem).filter_by(organisation_id=organisation.id).limit(1).one()
        link = session.query(EvidenceLink).filter_by(item_id=item.id).first()
        action = session.query(PlannedAction).filter_by(assessment_id=assessment.id).limit(1).one()
        return {
            "organisation_id": organisation.id,
            "assessment_id": assessment.id,
            "item_id": item.id,
            "link_id": link.id if link else 1,
            "action_id": action.id,
            "number": 1,
        }


def test_a_list_shows_only_ones_own(client: Client, database: Database, settings: Settings, theirs: dict[str, int]) -> None:
    own = make_organisation(database, "Own University")
    mine = make_assessment(database, own)
    client.as_(make_person(database, settings, own))
    listed = client.get("/api/v1/assessments").json()
    assert [one["id"] for one in listed] == [mine.id]
    assert f"/assessments/{theirs['assessment_id']}" not in client.get("/assessments").text


def test_nobody_can_import_or_begin_in_another_organisation(
    client: Client, database: Database, settings: Settings, theirs: dict[str, int]
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    foreign = {"organisation_id": str(theirs["organisation_id"])}
    begun = client.send_form(
        "/assessments", {**foreign, "title": "x", "date": "2026-11-01", "profile": "double-degree-readiness"}
    )
    brought = client.send_form("/assessments/import", foreign, files={"file": ("a.yaml", b"format: x")})
    assert (begun.status_code, brought.status_code) == (404, 404)


def test_evidence_of_another_organisation_cannot_be_linked(
    client: Client, database: Database, settings: Settings, theirs: dict[str, int]
) -> None:
    own = make_organisation(database)
    mine = make_assessment(database, own)
    client.as_(make_person(database, settings, own))
    with database.write() as session:
        session.get_one(EvidenceItem, theirs["item_id"]).code = "E-FOREIGN"
    answer = client.send_form(f"/assessments/{mine.id}/criteria/esg-2015:policy.review/links", {"code": "E-FOREIGN"})
    assert answer.status_code == 404
