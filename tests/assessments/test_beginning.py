"""Beginning an assessment: what it asks is chosen, and nothing is chosen beforehand."""

import re

import pytest
from sqlalchemy import select

from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_organisation, make_person


@pytest.mark.parametrize("profile", [None, "", "  "])
def test_no_profile_is_chosen_beforehand_and_none_is_taken_for_granted(
    client: Client, database: Database, settings: Settings, profile: str | None
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    choice = re.search(r'<select[^>]*name="profile".*?</select>', client.get("/assessments").text, re.DOTALL)
    assert choice is not None
    assert '<option value="">Choose a profile</option>' in choice[0]
    assert "selected" not in choice[0]
    typed = {"organisation_id": str(organisation.id), "title": "Kept title", "date": "2026-11-01"}
    page = client.send_form("/assessments", typed if profile is None else {**typed, "profile": profile})
    assert page.status_code == 422
    assert page.text.count("No profile is chosen: choose what the assessment is to ask.") == 2
    assert '<a href="#profile">' in page.text
    assert 'value="Kept title"' in page.text
    with database.read() as session:
        assert session.scalar(select(Assessment.id).where(Assessment.organisation_id == organisation.id)) is None
