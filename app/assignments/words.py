"""The words for how far answers are, and for what can be done about them."""

from datetime import date

from app.assignments.states import AnswerState, Deed
from app.i18n import gettext as _
from app.i18n import ngettext


def state(value: AnswerState | None) -> str:
    """How far an answer is; None is untouched."""
    if value is None:
        return _("Not begun")
    return {
        AnswerState.DRAFT: _("Draft"),
        AnswerState.ANSWERED: _("Declared ready"),
        AnswerState.IN_REVIEW: _("In review"),
        AnswerState.RETURNED: _("Returned"),
        AnswerState.ACCEPTED: _("Accepted"),
    }[value]


ICONS = {
    None: "○",
    AnswerState.DRAFT: "✎",
    AnswerState.ANSWERED: "➜",
    AnswerState.IN_REVIEW: "◎",
    AnswerState.RETURNED: "↩",
    AnswerState.ACCEPTED: "✓",
}
"""One sign for each state; it always stands beside the word."""


def deed(value: Deed) -> str:
    """What a button does."""
    return {
        Deed.DECLARE: _("Declare ready"),
        Deed.TAKE_BACK: _("Not ready after all"),
        Deed.TAKE_UP: _("Begin the review"),
        Deed.ACCEPT: _("Accept"),
        Deed.RETURN: _("Return"),
    }[value]


def time_left(due: date, today: date) -> str:
    """How far away a due date is."""
    days = (due - today).days
    if days < 0:
        return ngettext("overdue by {count} day", "overdue by {count} days", -days).format(count=-days)
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    return ngettext("{count} day left", "{count} days left", days).format(count=days)
