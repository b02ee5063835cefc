"""Showing an assessment to an agency or a partner university: what they see, and when it ends."""

from datetime import timedelta

import time_machine

from app import clock
from app.accounts.models import Organisation, Person, Role
from app.assessments.models import Assessment, EvidenceLink
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceVersion
from tests.conftest import Client
from tests.factories import make_agency, make_assessment, make_organisation, make_person


def _share(client: Client, assessment: Assessment, **fields: str) -> int:
    return client.send_form(f"/assessments/{assessment.id}/shares", fields).status_code


def _world(database: Database, settings: Settings) -> tuple[Assessment, Organisation, Person, Person]:
    university, agency = make_organisation(database), make_agency(database)
    manager = make_person(database, settings, university)
    reviewer = make_person(database, settings, agency, Role.REVIEWER)
    return make_assessment(database, university), agency, manager, reviewer


def test_an_agency_sees_nothing_before_it_is_shown_and_nothing_after_it_ends(
    client: Client, database: Database, settings: Settings
) -> None:
    assessment, agency, manager, reviewer = _world(database, settings)
    path = f"/assessments/{assessment.id}"
    assert client.as_(reviewer).get(path).status_code == 404
    assert _share(client.as_(manager), assessment, agency_id=str(agency.id)) == 303
    client.as_(reviewer)
    assert client.get(path).status_code == 200
    assert path in client.get("/assessments").text
    assert client.get(f"{path}/summary").status_code == 200
    number = client.as_(manager).get(f"{path}/standing").text.split("/shares/")[1].split("/")[0]
    client.send_form(f"{path}/shares/{number}/end")
    assert client.send_form(f"{path}/shares/{number}/end").status_code == 404
    client.as_(reviewer)
    assert client.get(path).status_code == 404
    assert path not in client.get("/assessments").text


def test_a_guest_changes_nothing_and_sees_no_history_no_library_and_no_people(
    client: Client, database: Database, settings: Settings
) -> None:
    assessment, agency, manager, reviewer = _world(database, settings)
    _share(client.as_(manager), assessment, agency_id=str(agency.id), with_evidence="true")
    client.as_(reviewer)
    path = f"/assessments/{assessment.id}"
    assert client.send_form(f"{path}/criteria/esg-2015:policy.review", {"version": "0", "choice": "1"}).status_code == 403
    assert client.get(f"{path}/history/esg-2015:policy.approved").status_code == 403
    assert client.get(f"{path}/standing").status_code == 403
    for place in ("evidence", "people", "rubrics"):
        assert client.get(f"/organisations/{assessment.organisation_id}/{place}").status_code == 404


def test_evidence_opens_for_guests_only_when_it_is_shown_and_only_what_is_gathered(
    client: Client, database: Database, settings: Settings
) -> None:
    assessment, agency, manager, reviewer = _world(database, settings)
    client.as_(manager)
    path = f"/assessments/{assessment.id}"
    upload = {"title": "Shown", "kind": "policy"}
    client.send_form(f"{path}/criteria/esg-2015:policy.approved/upload", upload, files={"file": ("a.pdf", b"%PDF-1.7 shown")})
    client.send_form(
        f"/organisations/{assessment.organisation_id}/evidence", {"title": "Kept", "kind": "policy"},
        files={"file": ("b.pdf", b"%PDF-1.7 kept")},
    )  # fmt: skip
    with database.read() as session:
        shown = session.query(EvidenceItem).filter_by(organisation_id=assessment.organisation_id, title="Shown").one()
        kept = session.query(EvidenceItem).filter_by(organisation_id=assessment.organisation_id, title="Kept").one()
        assert session.query(EvidenceLink).filter_by(item_id=shown.id).count() == 1
        assert session.query(EvidenceVersion).filter_by(item_id=kept.id).count() == 1
    _share(client, assessment, agency_id=str(agency.id))
    item, file = f"{path}/evidence/{shown.id}", f"{path}/evidence/{shown.id}/files/1"
    assert [client.as_(reviewer).get(one).status_code for one in (item, file)] == [404, 404]
    _share(client.as_(manager), assessment, agency_id=str(agency.id), with_evidence="true")
    client.as_(reviewer)
    assert client.get(file).content == b"%PDF-1.7 shown"
    assert client.get(file).headers["content-disposition"].startswith("attachment")
    assert "a.pdf" in client.get(item).text
    assert client.get(f"{path}/evidence/{kept.id}").status_code == 404
    assert client.get(f"/evidence/{shown.id}").status_code == 404


def test_a_share_for_one_reviewer_is_not_for_another_and_ends_with_its_day(
    client: Client, database: Database, settings: Settings
) -> None:
    assessment, agency, manager, reviewer = _world(database, settings)
    colleague = make_person(database, settings, agency, Role.REVIEWER)
    until = (clock.now() + timedelta(days=3)).date()
    assert _share(client.as_(manager), assessment, email=reviewer.email, until=until.isoformat()) == 303
    path = f"/assessments/{assessment.id}"
    assert client.as_(reviewer).get(path).status_code == 200
    assert client.as_(colleague).get(path).status_code == 404
    with time_machine.travel(clock.now() + timedelta(days=5), tick=True):
        assert client.as_(reviewer).get(path).status_code == 404


def test_a_partner_of_another_university_sees_what_is_shown_and_its_quality_manager_does_not(
    client: Client, database: Database, settings: Settings
) -> None:
    assessment, _agency, manager, _reviewer = _world(database, settings)
    abroad = make_organisation(database, "Partner abroad")
    partner = make_person(database, settings, abroad, Role.PARTNER)
    theirs = make_assessment(database, abroad)
    assert _share(client.as_(manager), assessment, email=partner.email) == 303
    assert client.as_(partner).get(f"/assessments/{assessment.id}").status_code == 200
    # The role gives nothing in one's own university.
    assert client.get(f"/assessments/{theirs.id}").status_code == 404
    boss = make_person(database, settings, abroad)
    assert client.as_(boss).get(f"/assessments/{assessment.id}").status_code == 404


def test_nobody_else_can_be_shown_it(client: Client, database: Database, settings: Settings) -> None:
    assessment, _agency, manager, _reviewer = _world(database, settings)
    rector = make_person(database, settings, make_organisation(database), Role.RECTOR)
    client.as_(manager)
    assert _share(client, assessment) == 409
    assert _share(client, assessment, email=rector.email) == 409
    assert _share(client, assessment, email="nobody@example.org") == 409
    assert _share(client, assessment, agency_id=str(rector.id + 10_000)) == 409
    assert _share(client, assessment, email="no address") == 422
    assert _share(client, assessment, until="soon") == 422
