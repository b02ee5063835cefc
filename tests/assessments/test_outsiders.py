"""Another organisation's row is as good as missing: every address with its id answers 404, whatever the method."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.accounts.models import Organisation
from app.assessments.models import EvidenceLink, PlannedAction
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from tests.conftest import Client, routes_of
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


def _addresses(app: FastAPI) -> list[tuple[str, str]]:
    return [(method, path) for method, path in routes_of(app) if re.search(r"\{(organisation|assessment|item)_id\}", path)]


def _body(path: str) -> dict[str, Any]:
    """Something that the address would take from its own people."""
    if path.endswith(("/files", "/rubrics")):
        return {"files": {"file": ("a.pdf", b"%PDF-1.7")}}
    if path.endswith("/evidence"):
        return {"json": {"title": "x", "kind": "policy"}}
    if path.endswith("/links"):
        return {"json": {"code": "E-01"}}
    if path.endswith("/editions"):
        return {"json": {"newer": "iso-9001-2026@1"}}
    if "/actions" in path:
        return {"json": {"criterion": "esg-2015:policy.approved", "what": "x"}}
    return {"json": {}}


def test_every_address_with_another_organisations_id_answers_404(
    app: FastAPI, client: Client, database: Database, settings: Settings, theirs: dict[str, int]
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    addresses = _addresses(app)
    assert len(addresses) > 25
    for method, path in addresses:
        filled = path.replace("{reference}", "esg-2015:policy.approved").replace("{criterion}", "esg-2015:policy.approved")
        filled = filled.replace("{ending}", "json")
        for name, number in theirs.items():
            filled = filled.replace("{" + name + "}", str(number))
        assert "{" not in filled, path
        if method == "GET":
            answer = client.get(filled)
        elif "/api/" in path:
            headers = {"x-csrf-token": client.token, "if-match": '"0"', "sec-fetch-site": "same-origin"}
            answer = client.request(method, filled, headers=headers, **_body(path))
        else:
            answer = client.send_form(
                filled, {"version": "0", "choice": "1", "title": "x", "kind": "policy", "code": "E-01", "what": "x"}
            )
        assert answer.status_code == 404, (method, filled, answer.status_code)


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
