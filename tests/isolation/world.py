"""The world of the matrix: organisations, units, people and their things, with a mark in every text of every row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy.orm import Session

from app import clock
from app.accounts import api_tokens, people, service, units
from app.accounts.actor import Actor
from app.accounts.forms import InviteForm, ProgrammeForm, UnitForm
from app.accounts.models import Membership, Organisation, Person, Role, Unit
from app.accounts.passwords import Passwords
from app.accounts.sign_in_models import ApiToken, SignInSession, Stage
from app.config import Settings
from app.db import Database
from app.jobs import mail
from app.main import create_app
from app.migrate import migrate
from app.rubrics.loader import HOME
from app.rubrics.registry import Library, assemble, load_all
from tests.isolation import (
    belongings,
    working,
    world_covers,
    world_cycles,
    world_discussion,
    world_keys,
    world_ratings,
    world_report_jobs,
)
from tests.isolation.marks import Marks
from tests.isolation.people import ORGANISATIONS, PEOPLE, Fault, Thing, Way, Who
from tests.isolation.rehearsal import Rehearsal

HERE = Path(__file__).parent / "library"
AUTHORS = {"alfa": "alfa_author", "beta": "beta_author", "gamma": "gamma_author"}
UNITS = {"law": None, "civil": "law", "science": None}
HOUR = timedelta(hours=1)


def walk(app: FastAPI) -> Iterator[Any]:
    """Every route, those of included routers too."""
    pending: list[Any] = list(app.routes)
    while pending:
        route = pending.pop(0)
        yield route
        pending += getattr(getattr(route, "original_router", None), "routes", [])


@dataclass
class World:
    """What was built: ids by key ("assessment:law"), credentials by person, and the marks."""

    settings: Settings
    app: FastAPI
    database: Rehearsal
    marks: Marks
    ids: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    """Assessment files that describe an item of the library word for word, by the item's key."""
    tokens: dict[str, str] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        found: Library = self.app.state.library
        return found

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether there is a page for the second step: without it nobody can be half signed in."""
        return any(getattr(route, "name", "") == "second_factor" for route in walk(self.app))

    def unit_key(self, number: int | None) -> str | None:
        """The key of a unit ("law"); None for the whole organisation."""
        names = (name for name, one in self.ids.items() if name.startswith("unit:") and one == number)
        found = next(names, "").rpartition(".")[2]
        return found if found in UNITS else None

    def actor(self, key: str, session: Session) -> Actor:
        """The person without bounds, to build with."""
        return Actor.of(session.get_one(Person, self.ids[f"person:{key}"]), at=clock.now())


def small_library() -> Library:
    """Two editions of a rubric of three criteria."""
    files = [HOME / "kinds.yaml", HOME / "scales" / "sapa-bands.yaml", HERE / "profile.yaml"]
    return assemble(load_all([*files, *sorted(HERE.glob("*/*/rubric.yaml"))]))


def build(settings: Settings) -> World:
    """A migrated installation with the whole world in it; from then on every request is only rehearsed."""
    migrate(settings)
    app = create_app(settings)
    app.state.library = small_library()
    app.state.database.close()
    app.state.database = database = Rehearsal(settings)
    world = World(settings, app, database, Marks())
    with Database.write(database) as session:
        _organisations(world, session)
        for who in PEOPLE:
            if who.way is not Way.NOBODY:
                _person(world, session, who)
        belongings.give(world, session)
        belongings.links(world, session)
        working.give(world, session)
        world_ratings.give(world, session)
        world_cycles.follow(world, session)
        world_discussion.give(world, session)
        world_keys.give(world, session)
        world_covers.give(world, session)
        world_report_jobs.give(world, session)
        _spoil(world, session)
    database.remember()
    return world


def _organisations(world: World, session: Session) -> None:
    now = clock.now()
    for key, kind in ORGANISATIONS.items():
        organisation = service.create_organisation(session, world.marks.new("organisation", key, key), kind=kind, now=now)
        world.ids[f"organisation:{key}"] = organisation.id
        _author(world, session, key, organisation)
        if key in AUTHORS:
            _tree(world, session, key, organisation)
        address = f"{world.marks.new('invitation', key, key)}@example.org"
        form = InviteForm(email=address, role=Role.QUALITY_MANAGER, language="en")
        invited = people.invite(session, world.settings, organisation, None, form, None, now=now)
        world.ids[f"invitation:{key}"] = invited.invitation.id
        if key == "beta":
            world.titles["email:invited"] = address
    for name in ("mail", "mail:sent"):
        word = world.marks.new("mail", "mail")
        stored = mail.send_later(
            session, world.settings, to=f"{word}@example.org", subject=word, body=world.marks.new("mail", "mail"), now=now
        )
        stored.problem = world.marks.new("mail", "mail")
        stored.sent_at = now if name == "mail:sent" else None
        world.ids[name] = stored.id


def _author(world: World, session: Session, key: str, organisation: Organisation) -> None:
    """Who wrote what stands in an organisation's assessments; their membership is the one that is taken away."""
    name = f"{key}_author"
    person = _new_person(world, session, name, key)
    role = Role.CONTRIBUTOR if key in AUTHORS else Role.REVIEWER
    membership = service.grant(session, person, organisation, role, now=clock.now())
    world.ids[f"membership:{key}"] = membership.id


def _new_person(world: World, session: Session, key: str, organisation: str = "") -> Person:
    email, name = (world.marks.new("person", key, organisation) for _part in "12")
    passwords, now = Passwords(world.settings), clock.now()
    person = service.create_person(
        session, passwords, email=f"{email}@example.org", name=name, password="correct horse battery", now=now
    )
    world.ids[f"person:{key}"] = person.id
    world.titles[f"email:{key}"] = person.email
    return person


def _tree(world: World, session: Session, key: str, organisation: Organisation) -> None:
    now, actor = clock.now(), world.actor(f"{key}_author", session)
    for unit, parent in UNITS.items():
        above = world.ids[f"unit:{key}.{parent}"] if parent else None
        form = UnitForm(name=world.marks.new("unit", unit, key, unit), parent_id=above)
        made = units.save_unit(session, organisation.id, form, actor, now=now)
        world.ids[f"unit:{key}.{unit}"] = made.id
    empty = UnitForm(name=world.marks.new("programme", "empty", key))
    world.ids[f"unit:{key}.empty"] = units.save_unit(session, organisation.id, empty, actor, now=now).id
    programme = ProgrammeForm(name=world.marks.new("programme", key, key))
    world.ids[f"programme:{key}"] = units.add_programme(session, organisation.id, programme, actor, now=now).id


def _person(world: World, session: Session, who: Who) -> None:
    person = _new_person(world, session, who.key)
    person.is_operator = who.is_operator
    for one in who.grants:
        organisation_id = world.ids[f"organisation:{one.organisation}"]
        unit = session.get_one(Unit, world.ids[f"unit:{one.organisation}.{one.unit}"]) if one.unit else None
        # Written as a row: what cannot be granted any more may still stand in a database.
        row = Membership(
            person_id=person.id, organisation_id=organisation_id, role=one.role.value, unit_id=unit.id if unit else None
        )
        session.add(row)
        session.flush()
        if who.key == "gamma_manager":
            world.ids["membership:gamma"] = row.id
    _credentials(world, session, who, person)


def _credentials(world: World, session: Session, who: Who, person: Person) -> None:
    now, only = clock.now(), world.ids[f"organisation:{who.only}"] if who.only else None
    if who.way is Way.TOKEN:
        organisation = session.get_one(Organisation, only)
        scopes = ["read", "write"] if who.writes else ["read"]
        actor, name = Actor.of(person, at=now), world.marks.new("own", who.key)
        world.tokens[who.key] = api_tokens.make(session, actor, organisation, name, scopes, 90, now=now)
    browser = world.marks.new("own", who.key)
    signed_in = service.sign_in(session, world.settings, person, now=now, only=only, browser=browser)
    stored = session.query(SignInSession).filter_by(person_id=person.id).one()
    # The minute after which a session is touched, and the end of its proof, never come while the matrix runs.
    stored.last_seen_at = stored.proved_at = now + HOUR
    world.ids[f"session:{who.key}"] = stored.id
    if who.way is Way.SESSION:
        world.tokens[who.key], world.csrf[who.key] = signed_in.token, signed_in.csrf_token
    if who.key in {"manager", "operator", "beta_manager"}:
        belongings.own_token(world, session, who, person)


def _spoil(world: World, session: Session) -> None:
    """Make what is wrong with some people wrong."""
    for who in PEOPLE:
        if who.way is Way.NOBODY or who.fault is Fault.NONE:
            continue
        person = session.get_one(Person, world.ids[f"person:{who.key}"])
        stored = session.query(SignInSession).filter_by(person_id=person.id).one()
        token = session.query(ApiToken).filter_by(person_id=person.id).one_or_none()
        if who.fault is Fault.UNKNOWN:
            world.tokens[who.key] = "sapa_" + "x" * 43
        _spoil_one(who.fault, person, stored, token)


def _spoil_one(fault: Fault, person: Person, stored: SignInSession, token: ApiToken | None) -> None:
    now = clock.now()
    if fault is Fault.DISABLED:
        person.disabled_at = now
    elif fault is Fault.ERASED:
        person.erased_at = now
    elif fault is Fault.IDLE:
        stored.last_seen_at = now - 5 * HOUR
    elif fault is Fault.HALF:
        stored.stage = Stage.SECOND_FACTOR.value
    elif fault is Fault.REVOKED and token:
        token.revoked_at = now
    elif fault is Fault.ENDED:
        stored.expires_at = now - HOUR
        if token:
            token.expires_at = now - HOUR


MISSING = Thing("missing", "", state="missing")
