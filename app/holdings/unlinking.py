"""Undoing links that were made together."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access as assessments
from app.assessments import cited
from app.assessments.service import unlink_evidence
from app.holdings.bulk import ChangedMeanwhile, TooLate, can_undo, finish_undo
from app.holdings.models import EvidenceBatch
from app.i18n import gettext as _
from app.rubrics.registry import Library


def undo_links(session: Session, library: Library, batch: EvidenceBatch, actor: Actor, *, others: bool, now: datetime) -> None:
    """Take the links of a batch away. Raises TooLate, or ChangedMeanwhile for links that are gone or were given a place since.

    With `others` these stay as they are. Raises as `get_editable` for an assessment that is frozen or out of reach.
    """
    if not can_undo(batch, now=now):
        raise TooLate(_("This bulk edit cannot be undone any more."))
    made = [one for one in batch.changes if one["link"] is not None]
    same = cited.untouched_links(session, [one["link"] for one in made])
    if not others and (stale := [f"{one['code']} ({one['criterion']})" for one in made if one["link"] not in same]):
        raise ChangedMeanwhile(_("These were changed or deleted since: {codes}. They would stay as they are."), stale)
    undone = [one for one in made if one["link"] in same]
    open_ones = {number: assessments.get_editable(session, actor, number) for number in {one["assessment"] for one in made}}
    for one in undone:
        unlink_evidence(session, library, open_ones[one["assessment"]], one["link"], actor, now=now)
    finish_undo(session, batch, actor, len(undone), now=now)
