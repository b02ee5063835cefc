"""What forms offer a person to choose from."""

from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.i18n import gettext as _


def offered_units(session: Session, actor: Actor, organisation_id: int, permission: Permission) -> tuple[tuple[str, str], ...]:
    """Where in an organisation the person may do this: (id, name) of its units, first ("", …) for the whole of it.

    Empty when they may do it nowhere.
    """
    units = tuple((str(one.id), one.name) for one in access.units_where(session, actor, organisation_id, permission))
    if access.permits(session, actor, permission, organisation_id):
        return (("", _("the whole organisation")), *units)
    return units
