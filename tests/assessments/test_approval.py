"""Approving freezes; reopening opens; deleting hides; all of it by those who may."""

from sqlalchemy import select

from app.accounts.models import Role
from app.assessments.checks import wrong_scores
from app.assessments.models import Snapshot
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.signing import reopen, sign_off


def test_an_approved_assessment_is_closed_to_every_change_and_says_so(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    base = f"/assessments/{assessment.id}"
    client.as_(make_person(database, settings, organisation, Role.RECTOR))
    assert sign_off(client, base).status_code == 303
    assert "closed to changes" in client.get(f"{base}/standing").text
    assert client.send_form(f"{base}/approve", {"name": "Sample Person", "digest": "x"}).status_code == 409

    client.as_(make_person(database, settings, organisation))
    refused = client.send_form(f"{base}/criteria/esg-2015:policy.review", {"version": "0", "choice": "1"})
    assert refused.status_code == 409
    assert "Reopen it first" in refused.text
    assert client.send_form(f"{base}/delete", {"name": "x"}).status_code == 409
    page = client.get(f"{base}/criteria/esg-2015:policy.review").text
    assert 'id="answer-form"' in page
    assert "<fieldset disabled" in page or "disabled" in page


def test_what_was_approved_stays_as_it_was_when_evidence_is_withdrawn(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    base = f"/assessments/{assessment.id}"
    client.as_(make_person(database, settings, organisation))
    before, card = client.get(f"{base}/export.json").text, client.get(f"/api/v1{base}/scorecard").json()
    sign_off(client, base)
    with database.read() as session:
        item = session.scalars(select(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id)).first()
    assert item is not None
    fields = {"title": "Changed", "kind": item.kind, "status": "withdrawn", "version": str(item.version)}
    assert client.send_form(f"/evidence/{item.id}", fields).status_code == 303

    assert client.get(f"{base}/export.json").text == before
    assert client.get(f"/api/v1{base}/scorecard").json() == card
    with database.read() as session:
        assert assessment.id not in wrong_scores(session, registry.home())[1]
    assert reopen(client, base).status_code == 303
    assert "Changed" in client.get(f"{base}/export.json").text
    with database.read() as session:
        assert assessment.id not in wrong_scores(session, registry.home())[1]
        revisions = session.scalars(select(Snapshot.revision).where(Snapshot.assessment_id == assessment.id)).all()
    assert revisions == [1]
    sign_off(client, base)
    assert "Revision 2" in client.get(f"{base}/standing").text


def test_a_contributor_and_an_auditor_cannot_approve(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    for role in (Role.CONTRIBUTOR, Role.INTERNAL_AUDITOR):
        client.as_(make_person(database, settings, organisation, role))
        assert client.send_form(f"/assessments/{assessment.id}/approve").status_code == 403


def test_deleting_asks_for_the_name_hides_it_from_everybody_and_can_be_undone(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    base = f"/assessments/{assessment.id}"
    client.as_(make_person(database, settings, organisation))
    wrong = client.send_form(f"{base}/delete", {"name": "something else"})
    assert (wrong.status_code, 'value="something else"' in wrong.text) == (409, True)
    assert client.send_form(f"{base}/delete", {"name": assessment.title["en"]}).status_code == 303
    assert client.get(base).status_code == 404
    assert client.get(f"/api/v1{base}/scorecard").status_code == 404
    assert f'action="{base}/restore"' in client.get("/assessments").text

    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR))
    assert client.send_form(f"{base}/restore").status_code == 404
    assert f"{base}/restore" not in client.get("/assessments").text
    client.as_(make_person(database, settings, organisation))
    assert client.send_form(f"{base}/restore").status_code == 303
    assert client.get(base).status_code == 200
