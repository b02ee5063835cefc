"""Nobody takes everything out at once, and nobody fills the trail with refusals."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person


@contextmanager
def _limited(client: Client, settings: Settings, **limits: int) -> Iterator[None]:
    """The service with other limits."""
    client.app.state.settings = settings.model_copy(update=limits)  # type: ignore[attr-defined]  # the client holds any ASGI application
    try:
        yield
    finally:
        client.app.state.settings = settings  # type: ignore[attr-defined]  # as above


def _kinds(database: Database, person: int) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.kind).where(AuditEvent.actor_id == person).order_by(AuditEvent.id)))


def test_who_takes_out_very_many_files_has_to_wait(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    one, other = make_person(database, settings, organisation), make_person(database, settings, organisation)
    base = f"/assessments/{assessment.id}"
    addresses = [f"{base}/export.json", f"{base}/report.json", f"/api/v1{base}"]
    with _limited(client, settings, exports_person=3):
        client.as_(one)
        assert client.get(f"{base}0000/export.json").status_code == 404, "what is not there is not counted"
        assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
        for address in addresses:
            refused = client.get(address)
            assert refused.status_code == 429, address
            assert refused.headers["retry-after"] == str(settings.sign_in_window_minutes * 60)
        assert "15 minutes" in client.get(addresses[0]).text
        assert client.get(base).status_code == 200, "pages are read as ever"
        assert client.as_(other).get(addresses[0]).status_code == 200
    assert client.as_(one).get(addresses[0]).status_code == 200


def test_who_is_refused_again_and_again_does_not_fill_the_trail(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    person = make_person(database, settings, organisation, Role.RECTOR)
    with _limited(client, settings, refused_person=2):
        client.as_(person)
        assert [client.get("/assessments/999999").status_code for _time in range(6)] == [404] * 6
    found = [kind for kind in _kinds(database, person.id) if kind.startswith("access.")]
    assert found == ["access.refused", "access.refused", "access.refused_often"]
    manager = make_person(database, settings, organisation)
    assert "so often" in client.as_(manager).get(f"/organisations/{organisation.id}/trail").text


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_below_one_is_refused_at_the_start(limit: str) -> None:
    with pytest.raises(ValueError, match="exports_person"):
        Settings.model_validate({"exports_person": limit})
