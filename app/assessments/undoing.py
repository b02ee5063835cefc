"""Taking the last change of an answer back. Nothing is deleted: the state before becomes a new version."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access, service
from app.assessments.models import Answer, AnswerChange, Assessment, EvidenceLink
from app.errors import Conflict, NotFound
from app.evidence import access as evidence
from app.i18n import gettext as _
from app.rubrics.registry import Library

TEXTS = ("not_applicable", "comment", "strengths", "next_step")
NOTHING: dict[str, Any] = {"level": None, **dict.fromkeys(TEXTS), "to_confirm": False, "evidence": []}
"""An answer before its first save."""


class ChangedSince(Conflict):
    """The answer was saved again since it was shown: what would be taken back is no longer the last change."""


def undo(
    session: Session, library: Library, assessment: Assessment, reference: str, version: int, actor: Actor, *, now: datetime
) -> Answer:
    """Put an answer back as it was before its last change, which made `version`.

    Links to evidence come back too, except to items that are gone meanwhile. Raises NotFound, ChangedSince.
    """
    service.get_criterion(session, library, assessment, reference)
    service.lock(session, assessment)
    answer = access.find_answer(session, assessment, reference)
    if answer is None:
        raise NotFound(_("Nothing has been saved here that could be taken back."))
    if answer.version != version:
        raise ChangedSince(_("This answer was saved again since. Look at it once more; nothing was taken back."))
    before = _content(session, answer, version - 1)
    for name in ("level", *TEXTS, "to_confirm"):
        setattr(answer, name, before.get(name, NOTHING[name]))
    _put_links_back(session, assessment, answer, before["evidence"], actor)
    service.changed(session, library, assessment, answer, actor, "answer.undone", now=now)
    return answer


def _content(session: Session, answer: Answer, version: int) -> dict[str, Any]:
    """The answer as it was; as nothing before the first version."""
    query = select(AnswerChange.content).where(AnswerChange.answer_id == answer.id, AnswerChange.version == version)
    return session.scalar(query) or NOTHING


def _put_links_back(session: Session, assessment: Assessment, answer: Answer, links: list[dict[str, Any]], actor: Actor) -> None:
    """The links as they were, each to the version it cited then."""
    there = {(link.item_id, link.where, link.proves): link for link in answer.links}
    position, kept = max((link.position for link in answer.links), default=0), []
    for told in links:
        link = there.get((told["item"], told["where"], told["proves"]))
        if link is None:
            item = evidence.find_readable(session, actor, told["item"])
            if item is None:
                continue
            position += 1
            link = EvidenceLink(item_id=item.id, item=item, position=position, where=told["where"], proves=told["proves"])
            service.gather(session, assessment, item)
        if link.cited_version != told.get("version"):
            link.cited_version = told.get("version")
            link.cited_sha256 = evidence.digest_of_version(session, link.item_id, link.cited_version)
        kept.append(link)
    answer.links[:] = kept
