"""Saying, editing and removing remarks, asking people, settling. The trail says that it happened, never what was said."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import i18n
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments import trail
from app.assessments.models import Assessment
from app.config import Settings
from app.discussion import access
from app.discussion.forms import RemarkForm
from app.discussion.models import Mention, Remark, Settled
from app.errors import Conflict
from app.i18n import gettext as _
from app.jobs.mail import Unmailable, send_later

EDIT_WITHIN = timedelta(minutes=15)


class TooLate(Conflict):
    """The remark is older than what may still be edited."""


class NobodyToAsk(Conflict):
    """The person who is asked takes no part in this discussion."""


def may_edit(remark: Remark, actor: Actor, *, now: datetime) -> bool:
    """Whether it is the person's own and still fresh."""
    return remark.said_by == actor.id and remark.text is not None and now <= remark.said_at + EDIT_WITHIN


def say(
    session: Session, settings: Settings, assessment: Assessment, criterion: str, form: RemarkForm, actor: Actor, *, now: datetime
) -> Remark:
    """Add a remark; a settled discussion is open again. Raises NobodyToAsk."""
    remark = Remark(assessment_id=assessment.id, criterion=criterion, text=form.text, said_at=now, said_by=actor.id)
    session.add(remark)
    session.flush()
    _note(session, assessment, remark, "discussion.said", actor, now=now)
    _ask(session, settings, assessment, remark, form, actor, now=now)
    if access.find_settled(session, assessment, criterion) is not None:
        reopen(session, assessment, criterion, actor, now=now)
    return remark


def edit(
    session: Session, settings: Settings, assessment: Assessment, remark: Remark, form: RemarkForm, actor: Actor, *, now: datetime
) -> None:
    """Change an own remark while it is fresh. Raises TooLate, NobodyToAsk."""
    if not may_edit(remark, actor, now=now):
        raise TooLate(_("A remark can be edited for 15 minutes. Say what you want to add in a new one."))
    if remark.text != form.text:
        remark.text, remark.edited_at = form.text, now
        session.flush()
        _note(session, assessment, remark, "discussion.edited", actor, now=now)
    _ask(session, settings, assessment, remark, form, actor, now=now)


def remove(session: Session, assessment: Assessment, remark: Remark, actor: Actor, *, now: datetime) -> None:
    """Remove what an own remark says; that there was one stays."""
    remark.text = None
    session.flush()
    _note(session, assessment, remark, "discussion.removed", actor, now=now)


def settle(session: Session, assessment: Assessment, criterion: str, actor: Actor, *, now: datetime) -> None:
    """Mark a discussion as settled."""
    if access.find_settled(session, assessment, criterion) is None:
        session.add(Settled(assessment_id=assessment.id, criterion=criterion, settled_at=now, settled_by=actor.id))
        session.flush()
        trail.note(session, assessment, "discussion.settled", actor, now=now, data={"criterion": criterion})


def reopen(session: Session, assessment: Assessment, criterion: str, actor: Actor, *, now: datetime) -> None:
    """Open a settled discussion again."""
    found = access.find_settled(session, assessment, criterion)
    if found is not None:
        session.delete(found)
        session.flush()
        trail.note(session, assessment, "discussion.reopened", actor, now=now, data={"criterion": criterion})


def _note(session: Session, assessment: Assessment, remark: Remark, kind: str, actor: Actor, *, now: datetime) -> None:
    trail.note(session, assessment, kind, actor, now=now, data={"criterion": remark.criterion, "remark": remark.id})


def nobody_to_ask() -> str:
    """What is said when somebody else is asked."""
    return _("Choose somebody who takes part in this discussion.")


def _ask(
    session: Session, settings: Settings, assessment: Assessment, remark: Remark, form: RemarkForm, actor: Actor, *, now: datetime
) -> None:
    """Mention who was chosen and who is named as `@name` in the text; tell each once."""
    offered = access.people(session, assessment)
    if form.ask is not None and form.ask not in {one.id for one in offered}:
        raise NobodyToAsk(nobody_to_ask())
    named, known = named_in(form.text, offered), access.mentioned(session, remark)
    for person in offered:
        asked = person.id == form.ask or person.id in named
        if asked and person.id not in known and person.id != actor.id:
            session.add(Mention(remark_id=remark.id, person_id=person.id))
            session.flush()
            _tell(session, settings, assessment, remark, person, actor, now=now)


def named_in(text: str, offered: Sequence[Person]) -> set[int]:
    """The ids of those whom the text names as `@name`: "@Anna" does not name Ann, nor "@Anna Maria" an Anna beside her."""
    said, named = text.casefold(), set[int]()
    for sign in re.finditer("@", said):
        here = [one for one in offered if re.match(rf"{re.escape(one.name.casefold())}(?!\w)", said[sign.end() :]) and one.name]
        longest = max((len(one.name.casefold()) for one in here), default=0)
        named |= {one.id for one in here if len(one.name.casefold()) == longest}
    return named


def _tell(
    session: Session, settings: Settings, assessment: Assessment, remark: Remark, person: Person, actor: Actor, *, now: datetime
) -> None:
    """By mail, who asks and where; what was said stays inside."""
    with i18n.use(person.language):
        subject = _("You are asked about a criterion")
        told = _("{name} asks you in the discussion of the criterion {criterion}:\n\n{address}\n")
    address = f"{settings.base_url}/assessments/{assessment.id}/criteria/{remark.criterion}#discussion"
    body = told.format(name=actor.name, criterion=remark.criterion, address=address)
    try:
        send_later(session, settings, to=person.email, subject=subject, body=body, now=now)
    except Unmailable:
        # Who has no usable address still finds it under "Mentions of me".
        return
