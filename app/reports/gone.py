"""Which files of evidence should be there and are not: a report names them, so that nobody looks for them in vain."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import cited
from app.assessments.models import Assessment
from app.config import Settings
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.storage import Storage
from app.portable.model import Portable


def gone(session: Session, settings: Settings, actor: Actor, assessment: Assessment, portable: Portable) -> frozenset[str]:
    """The codes of items that the reader may open and of which a cited version, or the newest, has no file in the storage."""
    storage, shown = Storage(settings.files_dir), cited.shown_evidence(session, actor, assessment)
    named = {(one.id, one.version) for answer in portable.answers.values() for one in answer.evidence}
    return frozenset(
        code
        for code, item in shown.items()
        if code in portable.evidence
        and not all(storage.path_of(version.sha256).is_file() for version in _wanted(item, {n for c, n in named if c == code}))
    )


def _wanted(item: EvidenceItem, numbers: set[int | None]) -> Iterator[EvidenceVersion]:
    """The versions that the assessment cites, and the newest. What is blocked is told of elsewhere."""
    newest = max((one.number for one in item.versions), default=None)
    yield from (one for one in item.versions if one.threat is None and (one.number in numbers or one.number == newest))
