"""Changes of one person's factors come one after the other: what is right for each alone must be right for both."""

import threading

import pytest
from sqlalchemy import delete, select, text, update

from app.accounts.models import Person, Role
from app.accounts.sign_in_models import Passkey
from app.config import Settings
from app.db import Database
from tests.accounts.second_factor.authenticator import Authenticator
from tests.accounts.second_factor.steps import open_page, options, set_up_app
from tests.conftest import Client
from tests.factories import make_organisation, make_person

WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def _wait_for(database: Database, thread: threading.Thread) -> None:
    """Until the thread waits for a lock of ours, or has ended."""
    while thread.is_alive():
        with database.read() as session:
            if session.scalar(WAITS):
                return
        thread.join(timeout=0.05)


def test_two_requests_at_once_cannot_take_both_of_the_last_factors(
    client: Client, database: Database, settings: Settings
) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    person = make_person(database, settings, make_organisation(database), Role.CONTRIBUTOR)
    set_up_app(client, person)
    open_page(client, "/account/second-factor")
    answer = Authenticator().make(options(client, "/account/passkeys/options"))
    assert client.send_form("/account/passkeys", {"credential": answer}).status_code == 303
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(is_operator=True))

    statuses: list[int] = []
    remove = threading.Thread(target=lambda: statuses.append(client.send_form("/account/second-factor/totp/remove").status_code))
    with database.write() as session:
        # Another request of the same person, not yet at its end, has taken the passkey away.
        session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
        session.execute(delete(Passkey).where(Passkey.person_id == person.id))
        remove.start()
        _wait_for(database, remove)
    remove.join(timeout=60)
    assert statuses == [409]
