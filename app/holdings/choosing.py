"""Which items a bulk form means."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.errors import Problem
from app.evidence.models import EvidenceItem
from app.holdings import access
from app.i18n import gettext as _
from app.web.forms import whole_number

MOST = 200
"""How many items are changed at once."""


class NothingChosen(Problem):
    """No item was ticked, or more than can be changed at once."""


def items_of(session: Session, actor: Actor, organisation_id: int, ticked: list[Any]) -> list[EvidenceItem]:
    """The ticked items. Raises NothingChosen, and what `access.chosen` raises."""
    ids = list(dict.fromkeys(whole_number(one) or 0 for one in ticked))
    if not ids:
        raise NothingChosen(_("Tick at least one item of the library first."))
    if len(ids) > MOST:
        raise NothingChosen(_("At most {most} items can be changed at once.").format(most=MOST))
    return access.chosen(session, actor, organisation_id, ids)
