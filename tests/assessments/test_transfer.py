"""Import and export of the portable file, and every bad file."""

import json

import pytest

from app.assessments import unasked
from app.assessments.transfer import to_portable
from app.config import Settings
from app.db import Database
from app.portable.read import read
from app.portable.write import to_data
from app.rubrics import registry
from tests.assessments.bad_files import BAD_FILES
from tests.conftest import Client
from tests.factories import EXAMPLES, make_assessment, make_organisation, make_person, small


def test_what_was_imported_is_exported_unchanged_as_yaml_and_as_json(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    content = (EXAMPLES / "small.en.yaml").read_bytes()

    brought = client.send_form(
        "/assessments/import", {"organisation_id": str(organisation.id)}, files={"file": ("small.yaml", content)}
    )

    assert brought.status_code == 303
    for ending in ("yaml", "json"):
        file = client.get(f"{brought.headers['location']}/export.{ending}")
        assert "attachment" in file.headers["content-disposition"]
        assert read(file.content, f"x.{ending}", registry.home()) == small()


def test_the_same_file_twice_reuses_the_evidence_and_another_file_gets_new_codes(database: Database) -> None:
    organisation = make_organisation(database)
    first, second = make_assessment(database, organisation), make_assessment(database, organisation)
    other = small()
    changed = {code: item.model_copy(update={"title": f"Other {code}"}) for code, item in other.evidence.items()}
    third = make_assessment(database, organisation, other.model_copy(update={"evidence": changed}))
    with database.read() as session:
        exported = [to_portable(session, unasked.by_id(session, one.id)) for one in (first, second, third)]
    assert exported[0] == exported[1] == small()
    assert not set(exported[2].evidence) & set(exported[0].evidence)
    assert len(exported[2].evidence) == len(exported[0].evidence)


def test_a_code_that_is_taken_is_replaced_by_none_that_the_file_needs_itself(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    library = f"/organisations/{organisation.id}/evidence"
    assert client.send_form(library, {"title": "Ours", "kind": "policy"}).status_code == 303
    file = ("small.yaml", (EXAMPLES / "small.en.yaml").read_bytes())
    brought = client.send_form("/assessments/import", {"organisation_id": str(organisation.id)}, files={"file": file})
    assert brought.status_code == 303
    exported = read(client.get(f"{brought.headers['location']}/export.yaml").content, "x.yaml", registry.home())
    titles = {code: item.title for code, item in small().evidence.items()}
    assert {code: item.title for code, item in exported.evidence.items()} == {
        "E-07" if code == "E-01" else code: title for code, title in titles.items()
    }


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_a_bad_file_is_refused_with_the_place_and_changes_nothing(
    client: Client, database: Database, settings: Settings, name: str
) -> None:
    bad = BAD_FILES[name]
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))

    answer = client.send_form(
        "/assessments/import", {"organisation_id": str(organisation.id)}, files={"file": (bad.file, bad.content)}
    )

    assert answer.status_code == 422, answer.text[:500]
    assert bad.told in answer.text
    if bad.line:
        assert f">{bad.line}</td>" in answer.text
    assert client.get("/api/v1/assessments").json() == []


def test_an_import_without_a_file_says_so(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    answer = client.send_form("/assessments/import", {"organisation_id": str(organisation.id)}, files={"file": ("", b"")})
    assert answer.status_code == 422


def test_the_api_imports_and_returns_the_portable_assessment(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    made = client.post(f"/api/v1/organisations/{organisation.id}/assessments", json=to_data(small()), headers=headers)
    assert made.status_code == 201, made.text
    got = client.get(f"/api/v1/assessments/{made.json()['id']}").json()
    assert read(json.dumps(got).encode(), "x.json", registry.home()) == small()
    broken = client.post(f"/api/v1/organisations/{organisation.id}/assessments", json={"format": "x"}, headers=headers)
    assert broken.status_code == 422
    assert broken.json()["findings"]
