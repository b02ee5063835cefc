"""A few checks taken away, so that the matrix itself is seen to work; `./run mutants` takes away all of them."""

import pytest

from tests.isolation.equivalent import EQUIVALENT
from tests.isolation.mutants import Hunt
from tests.isolation.mutating import ROOMS, ROOT, every
from tests.isolation.rows import ROWS

SAMPLE = {
    "app/accounts/signed_in.py admit: never found.stage != Stage.COMPLETE.value": "/api/v1/assessments",
    "app/accounts/signed_in.py current_session: without csrf.refuse_unless_same(found.csrf_token, sent)": "/sign-out",
    "app/accounts/access.py holding: any Membership.organisation_id == organisation_id": "/api/v1/evidence/{item_id}",
    "app/assessments/access.py get_for_rating: any Assessment.deleted_at.is_(None)": "/api/v1/assessments/{assessment_id}",
    "app/evidence/access.py get_editable: without require(_roles(session, actor, found), Permission.EDIT_EVIDENCE)": (
        "/evidence/{item_id}/files"
    ),
    "app/accounts/policy.py allows: manage for contributor too": "/assessments/{assessment_id}/delete",
}
"""The mutant, and the path whose rows give it away."""


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory) -> Hunt:
    return Hunt(tmp_path_factory.mktemp("hunt"))


def test_every_reason_is_for_a_mutant_that_there_is() -> None:
    assert set(EQUIVALENT) - {one.name for one in every()} == set()


def test_the_hunt_goes_through_every_room_that_has_a_door_or_a_route() -> None:
    rooms = {path.parent for name in ("*access.py", "*routes.py") for path in (ROOT / "app").glob(f"*/{name}")}
    assert {path.relative_to(ROOT).as_posix() for path in rooms} - set(ROOMS) == set()


def test_the_matrix_notices_when_a_check_is_gone(hunt: Hunt) -> None:
    mutants = {one.name: one for one in every()}
    assert set(SAMPLE) - set(mutants) == set(), "a check of the sample is written otherwise now"
    for name, path in SAMPLE.items():
        rows = [row for row in ROWS if row.path == path]
        assert hunt.given_away_by(mutants[name], rows) is not None, name
