"""Tags: free words that people find evidence by, written in one way."""

import re
from collections.abc import Iterable
from typing import Any

from app.i18n import gettext as _
from app.portable.model import wrong

LONGEST, MOST = 40, 20


def normal(tag: str) -> str:
    """A tag in the one way it is stored: small letters, single spaces, no mark in front."""
    return " ".join(tag.split()).lstrip("#").strip().lower()


def parted(value: Any) -> Any:
    """The tags of a line, parted by commas, or of a list; each once, in order. Raises for too long or too many."""
    given = re.split(r"[,;\n]", value) if isinstance(value, str) else value
    if not isinstance(given, Iterable) or not all(isinstance(one, str) for one in given):
        raise wrong(_("these are not tags"), _("write words with commas between them"))
    found = tuple(dict.fromkeys(one for one in map(normal, given) if one))
    if any(len(one) > LONGEST or not one.isprintable() for one in found):
        raise wrong(_("a tag is too long or has signs that cannot be seen"), _("at most 40 characters for each"))
    if len(found) > MOST:
        raise wrong(_("too many tags"), _("at most 20"))
    return found
