"""What belongs to working together in the world: assignments, states of answers with a reason, reminders, calendars."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.accounts.notice_models import CalendarFeed, NoReminders
from app.assignments.models import AssignedCriterion, Assignment, ReminderDay, SentReminder, StatedAnswer
from tests.isolation.belongings import ASSESSMENTS, FIRST, SECOND
from tests.isolation.people import Thing

if TYPE_CHECKING:
    from tests.isolation.world import World

DUE = date(2027, 2, 3)
NOWHERE = 999_999


def ids_of(world: "World", thing: Thing) -> dict[str, object]:
    """What rows about an assessment may name: who answers there, a stranger, and the answer that waits for a reviewer."""
    home = thing.organisation or "alfa"
    other = "beta" if home != "beta" else "gamma"
    return {
        "answerer": world.ids.get(f"person:{home}_author", NOWHERE),
        "stranger": world.ids[f"person:{other}_manager"],
        "strange_unit": world.ids[f"unit:{other}.law"],
        "reviewed": SECOND,
    }


def give(world: "World", session: Session) -> None:
    """To each assessment an assignment, and an answer that was returned once and is declared ready again."""
    now = clock.now()
    for thing in ASSESSMENTS:
        assessment_id, author = world.ids[f"assessment:{thing.key}"], world.ids[f"person:{thing.organisation}_author"]
        made = Assignment(
            assessment_id=assessment_id,
            whole=False,
            reference=FIRST,
            person_id=author,
            due=DUE,
            created_at=now,
            created_by=author,
        )
        session.add(made)
        session.flush()
        world.ids[f"assignment:{thing.key}"] = made.id
        session.add(AssignedCriterion(assignment_id=made.id, criterion=FIRST))
        session.add(SentReminder(assignment_id=made.id, person_id=author, kind="week", due=DUE, sent_at=now))
        session.add(
            StatedAnswer(
                assessment_id=assessment_id,
                criterion=SECOND,
                answer_version=1,
                state="answered",
                reason=world.marks.new("work", thing.key, thing.organisation, thing.unit),
                stated_at=now,
                stated_by=author,
            )
        )
    for key in ("manager", "beta_manager"):
        person_id = world.ids[f"person:{key}"]
        session.add(ReminderDay(person_id=person_id, of_day=DUE, sent_at=now))
        session.add(NoReminders(person_id=person_id, since=now))
        session.add(CalendarFeed(person_id=person_id, token_hash=world.marks.new("secret", key), created_at=now))
    session.flush()
