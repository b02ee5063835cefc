"""Linking many items to many criteria at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access, cited
from app.assessments.models import Answer, Assessment, EvidenceLink
from app.assessments.service import changed, gather, get_criterion, lock
from app.evidence.models import EvidenceItem
from app.rubrics.registry import Library


@dataclass(frozen=True, slots=True)
class Linked:
    """An item and a criterion; `link_id` is the link that was made, None where the item was linked already."""

    item: EvidenceItem
    criterion: str
    link_id: int | None


def link_many(
    session: Session,
    library: Library,
    assessment: Assessment,
    items: Sequence[EvidenceItem],
    references: Iterable[str],
    actor: Actor,
    *,
    now: datetime,
) -> list[Linked]:
    """Link each item to each criterion that it is not linked to yet. Raises NotFound for a criterion that does not exist."""
    wanted = list(dict.fromkeys(references))
    for reference in wanted:
        get_criterion(session, library, assessment, reference)
    lock(session, assessment)
    newest = {item.id: cited.newest_version(session, item.id) for item in items}
    done: list[Linked] = []
    for reference in wanted:
        answer = access.find_answer(session, assessment, reference)
        present = {link.item_id for link in answer.links} if answer else set()
        done += [Linked(item, reference, None) for item in items if item.id in present]
        missing = [item for item in items if item.id not in present]
        if not missing:
            continue
        if answer is None:
            answer = Answer(assessment_id=assessment.id, criterion=reference, version=0, updated_at=now, links=[])
            session.add(answer)
            session.flush()
        links = [_link(item, newest[item.id], len(answer.links) + place) for place, item in enumerate(missing, start=1)]
        answer.links.extend(links)
        for item in missing:
            gather(session, assessment, item)
        changed(session, library, assessment, answer, actor, "evidence.linked", now=now, item=[item.id for item in missing])
        done += [Linked(item, reference, link.id) for item, link in zip(missing, links, strict=True)]
    return done


def _link(item: EvidenceItem, newest: tuple[int | None, str | None], position: int) -> EvidenceLink:
    number, sha256 = newest
    return EvidenceLink(item_id=item.id, item=item, position=position, cited_version=number, cited_sha256=sha256)
