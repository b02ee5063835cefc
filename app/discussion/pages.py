"""What is shown of a discussion: below an answer, on a page of its own, and in "My work"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.trail_words import Known
from app.assessments.models import Assessment
from app.assessments.panels import Asked
from app.assessments.work_sections import AskedWork, WorkItem, WorkList
from app.discussion import access, service
from app.i18n import current, ngettext
from app.i18n import gettext as _
from app.rubrics.model import in_language


@dataclass(frozen=True, slots=True)
class Said:
    """A remark as it is shown; `text` is None when it was removed. `may_edit` is for a while, `own` for good."""

    id: int
    name: str
    at: datetime
    text: str | None
    edited: bool
    own: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class DiscussionPage:
    """The discussion of a criterion; `people` are (id, name) of who can be asked, only where they are chosen."""

    path: str
    remarks: tuple[Said, ...]
    settled: bool
    people: tuple[tuple[int, str], ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    editing: int | None = None


def discussion(session: Session, actor: Actor, assessment: Assessment, criterion: str) -> DiscussionPage:
    """The discussion of a criterion. The caller has permitted it."""
    return DiscussionPage(
        path=f"/assessments/{assessment.id}/criteria/{criterion}",
        remarks=tuple(
            Said(
                id=one.id,
                name=Known({one.said_by or 0: name or ""}).person(one.said_by),
                at=one.said_at,
                text=one.text,
                edited=one.edited_at is not None,
                own=one.said_by == actor.id and one.text is not None,
                may_edit=service.may_edit(one, actor, now=actor.at),
            )
            for one, name in access.remarks(session, assessment, criterion)
        ),
        settled=access.find_settled(session, assessment, criterion) is not None,
    )


def told_of(count: int) -> str:
    """How many people are offered, and how to choose one."""
    if not count:
        return _("Nobody of that name takes part.")
    told = ngettext(
        "{num} person: choose with the arrow keys and Enter.", "{num} people: choose with the arrow keys and Enter.", count
    )
    return told.format(num=count)


def panel(asked: Asked) -> DiscussionPage | None:
    """Below an answer; None for guests."""
    if asked.reference is None or not access.may_discuss(asked.session, asked.actor, asked.assessment):
        return None
    return discussion(asked.session, asked.actor, asked.assessment, asked.reference)


def mentions(asked: AskedWork) -> WorkList:
    """Where the person is asked, in the organisation they work in."""
    found = access.mentions_of(asked.session, asked.actor, asked.organisation_id)
    shown = found[asked.offset : asked.offset + asked.limit]
    return WorkList(
        len(found),
        tuple(
            WorkItem(
                path=f"/assessments/{one.assessment_id}/criteria/{one.criterion}#discussion",
                code=one.criterion.partition(":")[2],
                text=_("{name} asks you").format(name=Known({one.said_by or 0: one.name or ""}).person(one.said_by)),
                detail=in_language(one.title, current()),
            )
            for one in shown
        ),
    )
