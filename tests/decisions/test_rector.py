"""The rector's page answers four questions and says what it does not know."""

from datetime import timedelta

import pytest

from app import clock
from app.accounts.models import Role
from app.config import Settings
from app.db import Database
from app.portable.model import PortableAction
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small


def _summary(client: Client, database: Database, settings: Settings, *actions: PortableAction) -> str:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation, small().model_copy(update={"actions": actions, "raters": {}}))
    client.as_(make_person(database, settings, organisation, Role.RECTOR))
    page = client.get(f"/assessments/{assessment.id}/summary")
    assert page.status_code == 200
    return page.text


def test_one_page_says_whether_what_blocks_who_does_what_and_how_sure(
    client: Client, database: Database, settings: Settings
) -> None:
    page = _summary(client, database, settings)
    for question in ("Are we ready?", "What blocks us?", "Who does what by when?", "How sure are we?"):
        assert question in page
    assert "Only one rater" in page
    assert "No action is planned." in page


def test_late_actions_stand_apart_from_those_that_come(client: Client, database: Database, settings: Settings) -> None:
    today, name = clock.now().date(), next(iter(small().answers))
    late = PortableAction(criterion=name, what="Should have been done", owner="Office", due=today - timedelta(days=2))
    coming = PortableAction(criterion=name, what="Will be done", owner="Office", due=today + timedelta(days=2))
    page = _summary(client, database, settings, late, coming)
    assert page.index("Overdue") < page.index("Should have been done") < page.index("Due next") < page.index("Will be done")


@pytest.mark.parametrize("days", [-1, 30, 91])
def test_cited_evidence_that_runs_out_is_told(client: Client, database: Database, settings: Settings, days: int) -> None:
    portable = small()
    cited = next(one.id for answer in portable.answers.values() for one in answer.evidence)
    ends = clock.now().date() + timedelta(days=days)
    items = {
        name: item.model_copy(update={"valid_from": None, "valid_until": ends if name == cited else None})
        for name, item in portable.evidence.items()
    }
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation, portable.model_copy(update={"evidence": items}))
    client.as_(make_person(database, settings, organisation))
    page = client.get(f"/assessments/{assessment.id}/summary").text
    assert (f"expired {ends}" in page, f"until {ends}" in page) == (days < 0, 0 <= days <= 90)
