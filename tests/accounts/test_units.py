"""The tree of faculties and departments, and what a role in one of them reaches."""

import pytest
from sqlalchemy import select

from app.accounts.models import Role, Unit, UnitLine
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit


def test_a_role_in_a_faculty_reaches_it_and_below_and_nothing_beside(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    faculty, sibling = make_unit(database, organisation), make_unit(database, organisation)
    department = make_unit(database, organisation, faculty)
    own, below = make_assessment(database, organisation, unit=faculty), make_assessment(database, organisation, unit=department)
    beside, whole = make_assessment(database, organisation, unit=sibling), make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, faculty))

    codes = {one.id: client.get(f"/assessments/{one.id}").status_code for one in (own, below, beside, whole)}
    assert codes == {own.id: 200, below.id: 200, beside.id: 404, whole.id: 404}
    listed = client.get("/assessments").text
    assert f"/assessments/{own.id}" in listed
    assert f'/assessments/{beside.id}"' not in listed


def test_somebody_of_a_faculty_adds_evidence_to_it_and_reads_that_of_the_whole_university(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    faculty, sibling = make_unit(database, organisation), make_unit(database, organisation)
    make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, faculty))
    library = f"/organisations/{organisation.id}/evidence"
    page = client.get(library)
    assert "E-01" in page.text
    assert sibling.name not in page.text
    fields = {"title": "Minutes of the faculty", "kind": "minutes"}
    assert client.send_form(library, fields).status_code == 403
    assert client.send_form(library, {**fields, "unit_id": str(sibling.id)}).status_code == 403
    made = client.send_form(library, {**fields, "unit_id": str(faculty.id)})
    assert made.status_code == 303

    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, sibling))
    assert client.get(made.headers["location"]).status_code == 404
    assert "Minutes of the faculty" not in client.get(library).text
    client.as_(make_person(database, settings, organisation, Role.INTERNAL_AUDITOR))
    assert client.get(made.headers["location"]).status_code == 200


def test_units_are_added_renamed_moved_and_removed(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    base = f"/organisations/{organisation.id}/units"
    assert client.send_form(base, {"name": "Law", "kind": "faculty"}).status_code == 303
    assert client.send_form(base, {"name": "Law", "kind": "faculty"}).status_code == 409
    assert client.send_form(base, {"name": "", "kind": "faculty"}).status_code == 422
    with database.read() as session:
        law = session.scalars(select(Unit.id).where(Unit.organisation_id == organisation.id)).one()
    client.send_form(base, {"name": "Civil law", "kind": "department", "parent_id": str(law)})
    with database.read() as session:
        civil = session.scalars(select(Unit.id).where(Unit.parent_id == law)).one()
        assert set(session.scalars(select(UnitLine.descendant_id).where(UnitLine.ancestor_id == law))) == {law, civil}
    moved = client.send_form(f"{base}/{law}", {"name": "Law", "kind": "faculty", "parent_id": str(civil)})
    assert moved.status_code == 409
    assert client.send_form(f"{base}/{civil}", {"name": "Civil law", "kind": "faculty", "parent_id": ""}).status_code == 303
    with database.read() as session:
        assert set(session.scalars(select(UnitLine.descendant_id).where(UnitLine.ancestor_id == law))) == {law}
    assert client.send_form(f"{base}/{civil}/remove").status_code == 303
    assert "Civil law" not in client.get(f"/organisations/{organisation.id}/people").text


@pytest.mark.parametrize("what", ["assessment", "person", "unit", "programme"])
def test_a_unit_to_which_something_belongs_stays(client: Client, database: Database, settings: Settings, what: str) -> None:
    organisation = make_organisation(database)
    faculty = make_unit(database, organisation)
    manager = make_person(database, settings, organisation)
    client.as_(manager)
    if what == "assessment":
        make_assessment(database, organisation, unit=faculty)
    elif what == "person":
        make_person(database, settings, organisation, Role.CONTRIBUTOR, faculty)
    elif what == "unit":
        make_unit(database, organisation, faculty)
    else:
        fields = {"name": "Double degree", "level": "master", "unit_id": str(faculty.id)}
        assert client.send_form(f"/organisations/{organisation.id}/programmes", fields).status_code == 303
    refused = client.send_form(f"/organisations/{organisation.id}/units/{faculty.id}/remove")
    assert refused.status_code == 409
    assert faculty.name in refused.text
    with database.read() as session:
        assert session.get(Unit, faculty.id) is not None


def test_a_quality_manager_of_a_faculty_begins_an_assessment_there_only(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    faculty, sibling = make_unit(database, organisation), make_unit(database, organisation)
    client.as_(make_person(database, settings, organisation, Role.QUALITY_MANAGER, faculty))
    page = client.get("/assessments").text
    assert faculty.name in page
    assert sibling.name not in page
    fields = {"organisation_id": str(organisation.id), "title": "T", "date": "2026-11-01", "profile": "esg-only"}
    assert client.send_form("/assessments", fields).status_code == 403
    assert client.send_form("/assessments", {**fields, "unit_id": str(sibling.id)}).status_code == 403
    assert client.send_form("/assessments", {**fields, "unit_id": str(faculty.id)}).status_code == 303
