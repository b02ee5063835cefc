"""Approving is signing: what was shown, by name, with a recent proof; the signature stays, and so does why it was reopened."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app import clock
from app.accounts import erasure
from app.accounts.models import Organisation, Person, Role
from app.accounts.sign_in_models import SignInSession
from app.assessments.models import Assessment, Snapshot
from app.assessments.signing import folded
from app.config import Settings
from app.db import Database
from app.reports import service
from app.reports.model_approval import Approval
from app.reports.service import Format
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small
from tests.signing import reopen, shown, sign_off

REFERENCE = "esg-2015:policy.review"
NAME = "Әйгерім Sample-Қали"


@dataclass
class Place:
    """An assessment and a rector with a name, who is signed in."""

    client: Client
    database: Database
    settings: Settings
    base: str
    assessment: Assessment
    rector: Person

    def snapshots(self) -> list[Snapshot]:
        with self.database.read() as session:
            return list(session.scalars(select(Snapshot).where(Snapshot.assessment_id == self.assessment.id)))

    def is_open(self) -> bool:
        with self.database.read() as session:
            return session.get_one(Assessment, self.assessment.id).frozen_at is None

    def person(self, role: Role = Role.QUALITY_MANAGER) -> Person:
        with self.database.read() as session:
            organisation = session.get_one(Organisation, self.assessment.organisation_id)
        return make_person(self.database, self.settings, organisation, role)


@pytest.fixture
def place(client: Client, database: Database, settings: Settings) -> Place:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    rector = make_person(database, settings, organisation, Role.RECTOR, name=NAME)
    client.as_(rector)
    return Place(client, database, settings, f"/assessments/{assessment.id}", assessment, rector)


def test_who_signs_sees_the_figures_the_revision_and_the_digest_that_are_then_frozen(place: Place) -> None:
    page = place.client.get(f"{place.base}/approve").text
    score = place.client.get(f"/api/v1{place.base}/scorecard").json()
    assert "assured between" in page
    answered = sum(one["answered"] for one in score["rubrics"])
    applicable = sum(one["applicable"] for one in score["rubrics"])
    assert f"{answered} of {applicable}" in page
    assert "<dd>1</dd>" in page
    digest = shown(place.client, place.base)["digest"]
    assert sign_off(place.client, place.base).status_code == 303
    assert [one.digest for one in place.snapshots()] == [digest]


@pytest.mark.parametrize("typed", [NAME, NAME.upper(), f"  {NAME.replace(' ', '   ')}\u200b ", NAME.lower()])
def test_a_name_is_the_same_whatever_its_case_and_spaces_and_kept_as_the_account_has_it(place: Place, typed: str) -> None:
    assert sign_off(place.client, place.base, name=typed).status_code == 303
    kept = place.snapshots()[0]
    assert (kept.signed_name, kept.signed_roles) == (NAME, ["rector"])


@pytest.mark.parametrize("typed", ["", "Somebody Else", NAME[:-1], NAME.replace(" ", ""), "x" * 100_000, "\x00", "<b>me</b>"])
def test_another_name_signs_nothing_and_stands_there_to_be_mended(place: Place, typed: str) -> None:
    answer = sign_off(place.client, place.base, name=typed)
    assert answer.status_code == 422
    assert "Type your name as your account has it" in answer.text
    assert typed in {"", "\x00", "<b>me</b>"} or f'value="{typed}"' in answer.text
    assert "<b>me</b>" not in answer.text
    assert (place.is_open(), place.snapshots()) == (True, [])


def test_somebody_without_a_name_cannot_sign(place: Place) -> None:
    with place.database.write() as session:
        session.execute(update(Person).where(Person.id == place.rector.id).values(name=" "))
    answer = sign_off(place.client, place.base, name=" ")
    assert (answer.status_code, "Your account has no name" in answer.text) == (422, True)
    assert place.is_open()


def test_what_changed_since_it_was_shown_is_not_signed_but_shown_anew(place: Place) -> None:
    seen = shown(place.client, place.base)
    place.client.as_(place.person())
    fields = {"version": "0", "choice": "4", "comment": "Changed meanwhile"}
    assert place.client.send_form(f"{place.base}/criteria/{REFERENCE}", fields).status_code == 303
    with place.database.read() as session:
        version = session.get_one(Assessment, place.assessment.id).version
    place.client.as_(place.rector)
    answer = place.client.send_form(f"{place.base}/approve", seen)
    assert answer.status_code == 409
    assert "has changed since you were shown it" in answer.text
    assert seen["digest"] not in answer.text
    assert f'value="{NAME}"' in answer.text
    assert (place.is_open(), place.snapshots()) == (True, [])
    with place.database.read() as session:
        assert session.get_one(Assessment, place.assessment.id).version == version
    assert sign_off(place.client, place.base).status_code == 303


def test_an_old_proof_does_not_sign_and_what_was_typed_is_kept(place: Place) -> None:
    seen = shown(place.client, place.base)
    with place.database.write() as session:
        old = clock.now() - timedelta(minutes=16)
        mine = SignInSession.person_id == place.rector.id
        session.execute(update(SignInSession).where(mine).values(proved_at=old))
    answer = place.client.send_form(f"{place.base}/approve", seen)
    assert answer.status_code == 401
    assert NAME in answer.text
    assert place.is_open()


def test_the_same_page_in_two_tabs_signs_once(place: Place) -> None:
    seen = shown(place.client, place.base)
    assert place.client.send_form(f"{place.base}/approve", seen).status_code == 303
    assert place.client.send_form(f"{place.base}/approve", seen).status_code == 409
    assert len(place.snapshots()) == 1
    assert place.client.get(f"{place.base}/approve").headers["location"].endswith(f"{place.base}/standing")


@pytest.mark.parametrize("page", ["standing", "summary", "revisions", "revisions/1", "report.html", "revisions/1/report.html"])
def test_name_and_role_stand_where_the_approval_is_told(place: Place, page: str) -> None:
    sign_off(place.client, place.base)
    text = place.client.get(f"{place.base}/{page}").text
    assert NAME in text
    assert "rector" in text
    assert place.snapshots()[0].digest.removeprefix("sha256:") in text


def test_a_draft_names_nobody_and_no_signature_is_in_the_figures(place: Place) -> None:
    assert NAME not in place.client.get(f"{place.base}/report.html").text
    sign_off(place.client, place.base)
    assert NAME in place.client.get(f"{place.base}/report.html").text
    assert NAME not in place.client.get(f"{place.base}/revisions/1/report.json").text


@pytest.mark.parametrize("wanted", ["html", "docx", "xlsx"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_report_with_a_signature_is_the_same_each_time(wanted: Format, language: str) -> None:
    approval = Approval(2, datetime(2026, 11, 26, 22, 30, tzinfo=UTC), NAME, ("quality_manager", "rector"), "sha256:" + "0" * 64)
    library = registry.home()
    first, second = (
        service.make(small(), library, language=language, kind="full", wanted=wanted, approval=approval) for _time in range(2)
    )
    assert first == second
    assert first != service.make(small(), library, language=language, kind="full", wanted=wanted)


def test_reopening_needs_a_reason_that_stays_with_the_revision_and_in_the_trail(place: Place) -> None:
    sign_off(place.client, place.base)
    for empty in ({}, {"reason": "  \n"}, {"reason": "x" * 100_000}):
        refused = place.client.send_form(f"{place.base}/reopen", empty)
        assert refused.status_code == 422
        assert not place.is_open()
    assert "x" * 1000 in refused.text
    assert reopen(place.client, place.base, "The <wrong> year was cited").status_code == 303
    assert place.is_open()
    kept = place.snapshots()[0]
    assert (kept.reopened_because, kept.reopened_by) == ("The <wrong> year was cited", place.rector.id)
    for page in ("revisions", "revisions/1", "standing", "summary", "trail"):
        assert "The &lt;wrong&gt; year was cited" in place.client.get(f"{place.base}/{page}").text, page
    assert reopen(place.client, place.base).status_code == 409
    sign_off(place.client, place.base)
    assert [(one.revision, one.reopened_because) for one in place.snapshots()] == [(1, "The <wrong> year was cited"), (2, None)]
    assert place.client.get(f"{place.base}/revisions/1").status_code == 200


def test_a_contributor_reads_the_reason_and_can_neither_sign_nor_reopen(place: Place) -> None:
    sign_off(place.client, place.base)
    place.client.as_(place.person(Role.CONTRIBUTOR))
    assert reopen(place.client, place.base).status_code == 403
    assert place.client.get(f"{place.base}/approve").status_code == 403
    assert place.client.send_form(f"{place.base}/approve", {"name": "x"}).status_code == 403
    place.client.as_(place.rector)
    reopen(place.client, place.base, "For a reason")
    place.client.as_(place.person(Role.CONTRIBUTOR))
    assert "For a reason" in place.client.get(f"{place.base}/revisions").text
    assert 'href="' + place.base + '/approve"' not in place.client.get(f"{place.base}/summary").text


def test_outsiders_and_visitors_find_nothing_to_sign(place: Place, database: Database, settings: Settings) -> None:
    place.client.as_(make_person(database, settings, make_organisation(database), Role.RECTOR))
    assert place.client.get(f"{place.base}/approve").status_code == 404
    assert place.client.send_form(f"{place.base}/approve", {"name": "Sample Person"}).status_code == 404
    assert reopen(place.client, place.base).status_code == 404
    place.client.signed_out()
    assert place.client.get(f"{place.base}/approve").status_code == 303
    assert place.client.send_form(f"{place.base}/approve", {"name": NAME}).status_code in {401, 403}
    assert place.is_open()


def test_a_signature_outlives_the_account_and_an_approval_from_before_says_that_no_name_was_recorded(place: Place) -> None:
    sign_off(place.client, place.base)
    reopen(place.client, place.base)
    sign_off(place.client, place.base)
    with place.database.write() as session:
        erasure.erase(session, session.get_one(Person, place.rector.id), actor_id=None, now=clock.now())
        first = (Snapshot.assessment_id == place.assessment.id, Snapshot.revision == 1)
        session.execute(update(Snapshot).where(*first).values(signed_name=None, signed_roles=None, reopened_because=None))
    place.client.as_(place.person())
    page = place.client.get(f"{place.base}/revisions").text
    assert NAME in page
    assert "not recorded" in page
    assert "a person whose data were erased" in page
    for kind in ("html", "xlsx", "docx"):
        assert place.client.get(f"{place.base}/report.{kind}").status_code == 200
    assert "not recorded" in place.client.get(f"{place.base}/revisions/1/report.html").text


def test_folding_a_name_twice_changes_nothing() -> None:
    for name in (NAME, "  A\u00a0 B\t", "ẞ", "И\u0306"):
        assert folded(folded(name)) == folded(name)
    assert folded("И\u0306van") == folded("йvan")


def test_the_trail_of_an_approval_tells_its_roles_and_no_name(place: Place) -> None:
    sign_off(place.client, place.base)
    place.client.as_(place.person())
    lines = place.client.get(f"/organisations/{place.assessment.organisation_id}/trail.jsonl").text.splitlines()
    event = next(one for one in map(json.loads, lines) if one["kind"] == "assessment.approved")
    assert event["data"]["roles"] == ["rector"]
    assert NAME not in json.dumps(event["data"], ensure_ascii=False)
