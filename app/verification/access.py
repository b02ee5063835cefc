"""The only door to what was issued, for people who are not signed in: by a token that nobody guesses, and no content at all."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation
from app.assessments.models import Assessment, Snapshot
from app.errors import NotFound
from app.i18n import gettext as _

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Issued:
    """An approved assessment as anybody who holds its report may know it: what stands on the cover, and what became of it."""

    organisation: str
    title: dict[str, str]
    date: date
    number: int
    at: datetime
    digest: str
    latest: int
    reopened: bool
    """It is the latest approval, and the assessment was opened to changes after it."""

    @property
    def superseded(self) -> bool:
        """Whether a later approval took its place."""
        return self.latest > self.number


def get_issued(session: Session, token: str) -> Issued:
    """What the token stands for. Raises NotFound, also for a deleted assessment."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(_("Nothing was issued with this code."))
    other = aliased(Snapshot)
    latest = select(func.max(other.revision)).where(other.assessment_id == Snapshot.assessment_id).scalar_subquery()
    query = (
        select(Snapshot, Assessment, Organisation.name, latest)
        .join(Assessment, Assessment.id == Snapshot.assessment_id)
        .join(Organisation, Organisation.id == Assessment.organisation_id)
        .where(Snapshot.token == token, Assessment.deleted_at.is_(None))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound(_("Nothing was issued with this code."))
    snapshot, assessment, organisation, last = found
    reopened = last == snapshot.revision and assessment.frozen_at is None
    return Issued(
        organisation, assessment.title, assessment.date, snapshot.revision, snapshot.created_at, snapshot.digest, last, reopened
    )
