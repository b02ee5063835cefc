"""The version a program read, which it names when it writes (If-Match, RFC 9110)."""

from typing import Annotated, Any

from fastapi import Header

from app.errors import PreconditionFailed, PreconditionRequired
from app.i18n import gettext as _

IfMatch = Annotated[str | None, Header()]
DIGITS = 9
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in (
        (400, "Not readable"),
        (401, "Not signed in"),
        (403, "Not for this role or token"),
        (404, "No such thing, or another organisation's"),
        (409, "Closed to changes, or there already"),
        (413, "Too large"),
        (415, "Type not accepted"),
        (422, "Not usable"),
        (503, "Try again in a moment"),
    )
}
"""What every address of the API may answer, for its description."""
STALE: dict[int | str, dict[str, Any]] = {**PROBLEMS, 412: {"description": "Stale"}, 428: {"description": "If-Match is missing"}}


def version_of(if_match: str | None) -> int:
    """The version in an If-Match header. Raises PreconditionRequired or PreconditionFailed."""
    if if_match is None:
        raise PreconditionRequired(_('Send the version you read in If-Match, for example If-Match: "3".'))
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isdecimal() or len(digits) > DIGITS:
        raise PreconditionFailed(_("If-Match does not name a version."))
    return int(digits)
