"""Fragments are drawn by a bound process, kept for the service alone and not for long, and ready before anybody asks."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import clock
from app.accounts.actor import Actor
from app.assessments import access
from app.config import Settings
from app.db import Database
from app.reports import ahead, files
from app.reports.fragments.keeping import SweptFragments, store_of
from app.reports.fragments.printing import PRESS, NotPrinted, Press, TookTooLong
from app.reports.fragments.store import DAYS, Store, key_of
from app.reports.parts import Part
from app.reports.prepared import Asked
from app.rubrics import registry
from tests.factories import make_assessment, make_organisation, make_person
from tests.reports.short import short


def test_a_number_that_is_not_drawn_a_foreign_font_and_a_missing_glyph_are_no_part() -> None:
    page = "<!DOCTYPE html><html lang='en'><title>x</title><p>{}</p>"
    hidden = "<a href='#x' style='visibility: hidden'>see \u2007\u2007\u2007</a>"
    for inside in (hidden, "漢字", "a control character \x02"):
        with pytest.raises(NotPrinted):
            PRESS.draw(("x", page.format(inside)), seconds=60)


def test_a_part_that_takes_too_long_is_stopped_and_the_press_prints_on() -> None:
    bomb = "<!DOCTYPE html><html lang='en'><title>x</title>" + "<div style='display:flex'>" * 14 + "x"
    with pytest.raises(TookTooLong):
        PRESS.draw(("x", bomb), seconds=1)
    assert PRESS.draw(("x", "<!DOCTYPE html><html lang='en'><title>x</title><p>x"), seconds=60).content


def test_a_part_is_given_no_file_and_nothing_from_the_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p { color: red }", encoding="utf-8")
    asks = f"<link rel='stylesheet' href='file://{secret}'><img alt='' src='http://127.0.0.1:9/x'>"
    html = f"<!DOCTYPE html><html lang='en'><title>x</title>{asks}<p>x"
    made = PRESS.draw(("x", html), seconds=60)
    assert len([one for one in made.said if "not fetched" in one]) == 2


def test_a_press_that_was_ended_is_started_again() -> None:
    press, part = Press(), "<!DOCTYPE html><html lang='en'><title>x</title><p>x"
    first = press.draw(("x", part), seconds=60)
    press.close()
    assert press.draw(("x", part), seconds=60).content == first.content
    press.close()


def test_who_is_forked_prints_with_the_press_that_was_there_and_leaves_it_there() -> None:
    part = "<!DOCTYPE html><html lang='en'><title>x</title><p>x"
    PRESS.start()
    first, (read, write) = PRESS.draw(("x", part), seconds=60), os.pipe()
    if os.fork() == 0:
        try:
            same = PRESS.draw(("x", part), seconds=60).content == first.content
            os.write(write, b"same" if same else b"other")
            PRESS.close()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        assert told.read() == b"same"
    assert PRESS.draw(("x", part), seconds=60).content == first.content


def test_fragments_are_found_only_by_what_they_were_made_from(tmp_path: Path) -> None:
    store, part = Store(tmp_path), Part("evidence", "<p>one")
    store.put(part, b"kept")
    assert store.get(part) == b"kept"
    assert store.get(Part("evidence", "<p>two")) is None
    assert store.get(Part("evidences", "<p>one")) is None
    assert len({key_of(part), key_of(Part("evidence", "<p>two")), key_of(Part("evidences", "<p>one"))}) == 3


def test_fragments_are_for_the_service_alone(tmp_path: Path) -> None:
    store, part = Store(tmp_path / "fragments"), Part("evidence", "<p>one")
    store.put(part, b"kept")
    (file,) = store.folder.glob("*/*")
    assert [one.stat().st_mode & 0o777 for one in (store.folder, file.parent, file)] == [0o700, 0o700, 0o600]


def test_no_fragment_stays_longer_than_it_may_and_the_oldest_makes_room(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    store = Store(tmp_path, room=250, now=lambda: moment)
    parts = [Part("part", f"<p>{number}") for number in range(4)]
    for part, days in zip(parts, (DAYS + 1, 3, 2, 1), strict=True):
        store.put(part, b"x" * 100)
        at = (moment - timedelta(days=days)).timestamp()
        file = next(one for one in tmp_path.glob("*/*") if one.name == key_of(part))
        os.utime(file, (at, at))
    assert store.get(parts[0]) is None
    assert store.sweep() == 1
    assert [store.get(one) is not None for one in parts] == [False, False, True, True]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = Store(tmp_path / "file")
    store.put(Part("evidence", "<p>one"), b"kept")
    assert store.get(Part("evidence", "<p>one")) is None


def test_parts_drawn_ahead_are_those_that_the_report_needs(database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    person = make_person(database, settings, organisation)
    assessment = make_assessment(database, organisation, short().model_copy(update={"title": {"en": f"Of {person.email}"}}))
    actor = Actor.of(person, at=clock.now())
    with database.read() as session:
        found = access.get_readable(session, actor, assessment.id)
        prepared = files.prepare(session, settings, registry.home(), actor, found, Asked("pdf", "full", "en"))
    parts = ahead.parts_ahead(prepared)
    # Other tests may have drawn some of them: what says the same is the same part.
    missing = [one for one in parts if store_of(settings).get(one) is None]
    assert ahead.draw_ahead(settings, prepared) == len(missing) > 0
    assert ahead.draw_ahead(settings, prepared) == 0
    assert all(store_of(settings).get(one) is not None for one in parts)


def test_the_worker_deletes_what_is_too_old(settings: Settings, database: Database) -> None:
    store, part = store_of(settings), Part("evidence", "<p>long ago")
    store.put(part, b"kept")
    (file,) = (one for one in store.folder.glob("*/*") if one.name == key_of(part))
    long_ago = (clock.now() - timedelta(days=DAYS, hours=1)).timestamp()
    os.utime(file, (long_ago, long_ago))
    with database.read() as session:
        assert SweptFragments(settings)(session, clock.now()) == 0
    assert not file.exists()
