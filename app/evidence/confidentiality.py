"""How far an item may be shown. One set of three words; `app.accounts.policy` and `access` say what follows from them."""

from enum import StrEnum

from app.i18n import gettext as _


class Confidentiality(StrEnum):
    """Who may see an item, beyond what its unit says: the unit says where, this says to whom there."""

    ORDINARY = "ordinary"
    """The people of its unit or organisation, and guests of an assessment that is shown with its evidence."""
    INTERNAL = "internal"
    """The people of its unit or organisation; never a guest."""
    RESTRICTED = "restricted"
    """Who may read what is restricted, and the item's owner; never a guest."""


def words() -> dict[str, str]:
    """What each is called."""
    return {
        Confidentiality.ORDINARY.value: _("ordinary: colleagues, and guests it is shown to"),
        Confidentiality.INTERNAL.value: _("internal: colleagues, never guests"),
        Confidentiality.RESTRICTED.value: _("restricted: quality managers, internal auditors, rectors and the owner"),
    }
