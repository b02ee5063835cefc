"""“My work” with 50 assessments in which everything is assigned to the person, a third of it declared ready or returned."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments.models import Answer, Assessment
from app.assignments import service
from app.assignments.forms import AssignForm
from app.assignments.models import StatedAnswer
from app.config import Settings
from app.db import Database
from app.migrate import migrate
from app.rubrics import registry
from bench import filling
from bench.figures import Figure, figure, timed
from bench.site import Client, running

SIZE = 50
WORK_MS, TIMES = 250, 40
STATES = ("answered", "returned", "accepted")


def measure() -> Iterator[Figure]:
    """The page of all sections, and one section by itself."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        settings = Settings(data_dir=Path(place), password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, template = filling.first(database, settings)
        filling.grow(database, template, SIZE)
        with database.write() as session:
            _assign_everything(session, person)
        with running(Path(place)) as server:
            client = Client(server, database, settings, person)
            where = f"{SIZE} assessments, all of it mine"
            yield figure(f"my work, {where}", "ms", timed(lambda: client.get("/work"), TIMES, warm=5), WORK_MS)
            one = timed(lambda: client.get("/work?show=unanswered"), TIMES, warm=5)
            yield figure(f"one section of my work, {where}", "ms", one)
        database.close()


def _assign_everything(session: Session, person: Person) -> None:
    """Every standard, due on days around today; and states for a third of the answers, written as rows."""
    library, now = registry.home(), clock.now()
    actor, today = Actor.of(person, at=now), now.date()
    for assessment in session.scalars(select(Assessment)).all():
        session.refresh(assessment, ["rubrics"])
        whole = [one for one in service.parts_of(session, library, assessment).values() if one.whole]
        for number, part in enumerate(whole):
            form = AssignForm(to=f"person:{person.id}", due=_day(today, number))
            service.assign(session, assessment, [part], form, actor, now=now)
    for number, answer in enumerate(session.scalars(select(Answer).order_by(Answer.id)).all()):
        if number % 3 == 0:
            state = STATES[number // 3 % 3]
            row = StatedAnswer(assessment_id=answer.assessment_id, criterion=answer.criterion, answer_version=answer.version)
            row.state, row.stated_at, row.stated_by = state, now, person.id
            session.add(row)


def _day(today: date, number: int) -> date:
    return today + timedelta(days=number % 20 - 10)
