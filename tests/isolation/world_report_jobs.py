"""Of each assessment a report that the manager asked for and that was made."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.assessments.models import Assessment
from app.report_jobs import access, results
from app.report_jobs.models import ReportJob
from app.reports.prepared import Asked
from tests.isolation.belongings import ASSESSMENTS

if TYPE_CHECKING:
    from tests.isolation.world import World

KEEPER = "manager"


def give(world: "World", session: Session) -> None:
    """The jobs and their files."""
    actor, now, asked = world.actor(KEEPER, session), clock.now(), Asked("html", "summary", "en")
    for thing in ASSESSMENTS:
        word = world.marks.new("assessment", thing.key, thing.organisation, thing.unit)
        assessment = session.get_one(Assessment, world.ids[f"assessment:{thing.key}"])
        job = ReportJob(
            assessment_id=assessment.id,
            person_id=actor.id,
            reader="en",
            kind=asked.kind,
            ending=asked.ending,
            language=asked.language,
            page=asked.page,
            state="done",
            problem=word,
            sha256=results.store(world.settings, word.encode()),
            sight=access.sight_of(session, actor, assessment, asked, None),
            told={"kind": asked.kind},
            asked_at=now,
            finished_at=now,
        )
        session.add(job)
        session.flush()
        world.ids[f"job:{thing.key}"] = job.id
