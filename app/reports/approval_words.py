"""What Word files and workbooks say of an approval; moments in UTC, so that a report is the same wherever it is made."""

from datetime import UTC, datetime

from app.i18n import gettext as _
from app.reports.model_approval import Approval
from app.web.formats import listing, short_day
from app.web.words import role


def signatures(approval: Approval | None) -> list[tuple[str, str, str, str]]:
    """Lines of the table of signatures: who signed by name, then the posts that may sign on paper."""
    posts = {"quality_manager": _("Quality manager"), "vice_rector": _("Vice-rector"), "rector": _("Rector")}
    if approval is None:
        return [("", told, "", "") for told in posts.values()]
    how = _("signed by name in Sapa") if approval.name else _("not recorded")
    signed = (approval.name or _("not recorded"), _roles(approval), how, _moment(approval.at))
    return [signed, *(("", posts[one], "", "") for one in approval.posts())]


def in_one_line(approval: Approval) -> str:
    """Who signed which revision as what, and when."""
    told = _("Revision {number}, signed {moment} by {name} ({roles})")
    name = approval.name or _("not recorded")
    return told.format(number=approval.revision, moment=_moment(approval.at), name=name, roles=_roles(approval))


def _roles(approval: Approval) -> str:
    return _("not recorded") if approval.roles is None else listing(role(one) for one in approval.roles)


def _moment(at: datetime) -> str:
    there = at.astimezone(UTC)
    return f"{short_day(there.date())}, {there:%H:%M} UTC"
