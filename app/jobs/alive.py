"""The worker's sign of life: who leaves work to a worker should know whether there is one."""

from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.jobs.models import WorkerSeen

NOTE_EVERY = timedelta(seconds=15)
ALIVE_FOR = timedelta(minutes=2)
"""How long a sign counts: longer than a worker may be busy with one piece of work."""
_KIND = "worker"


def note_alive(session: Session, *, now: datetime) -> None:
    """Somebody is at work now."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    sign = dialect.insert(WorkerSeen).values(kind=_KIND, seen_at=now)
    session.execute(sign.on_conflict_do_update(index_elements=[WorkerSeen.kind], set_={"seen_at": now}))


def is_alive(session: Session, *, now: datetime) -> bool:
    """Whether a worker was at work a moment ago."""
    seen = session.get(WorkerSeen, _KIND)
    return seen is not None and now - ALIVE_FOR < seen.seen_at
