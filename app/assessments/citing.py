"""Citations and the versions of files they mean: moved only when somebody says so."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.assessments import access, cited
from app.assessments.models import Assessment
from app.assessments.service import changed, lock
from app.errors import Conflict
from app.evidence.models import EvidenceItem
from app.i18n import gettext as _
from app.rubrics.registry import Library


class NewerVersion(Conflict):
    """The version that was offered is not the newest any more."""


def move(
    session: Session, library: Library, assessment: Assessment, link_id: int, version: int | None, actor: Actor, *, now: datetime
) -> str:
    """Let a citation mean the newest version of its file, which the person saw as `version`; return the criterion.

    Raises NotFound, or NewerVersion when that is not the newest any more: nobody cites what they have not seen.
    """
    lock(session, assessment)
    link, owner = access.get_link(session, assessment, link_id)
    number, sha256 = cited.newest_version(session, link.item_id)
    if number is None or number != version:
        raise NewerVersion(_("Meanwhile there is another version of the file. Look at it, then move the citation."))
    answer = access.find_answer(session, assessment, owner.criterion)
    assert answer is not None  # noqa: S101 - get_link found a link of it in this transaction
    if link.cited_version != number:
        link.cited_version, link.cited_sha256 = number, sha256
        changed(session, library, assessment, answer, actor, "evidence.citation_moved", now=now, item=link.item_id)
    return answer.criterion


def move_all(session: Session, library: Library, item: EvidenceItem, version: int | None, actor: Actor, *, now: datetime) -> int:
    """As `move`, for every citation of the item in the open assessments that the person may change; return how many moved."""
    moved = 0
    for use in cited.uses_of(session, actor, item):
        if use.version != version and access.may(session, actor, use.assessment, Permission.ANSWER):
            move(session, library, use.assessment, use.link_id, version, actor, now=now)
            moved += 1
    return moved
