"""The kinds of evidence as forms offer them."""

from app.i18n import current
from app.rubrics.model import in_language
from app.rubrics.registry import Library


def kinds_of(library: Library) -> tuple[tuple[str, str, str], ...]:
    """(id, name in the reader's language, nature) of every kind."""
    return tuple((one.id, in_language(one.label, current()), one.nature.value) for one in library.kinds.kinds)
