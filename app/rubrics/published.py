"""What a published library owes its readers beyond a rubric of one's own: every language, and crosswalks without gaps.

A library is published by the `rubrics.lock` beside it, which names the digest of each edition.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.errors import Finding
from app.i18n import LANGUAGES
from app.i18n import gettext as _
from app.rubrics.crosswalk import Crosswalk
from app.rubrics.loader import Loaded
from app.rubrics.model import Rubric
from app.rubrics.registry import Library

LOCK = "rubrics.lock"


def is_published(file: Path) -> bool:
    """Whether this file lies in a library with a lock."""
    return any((folder / LOCK).is_file() for folder in file.resolve().parents)


def missing(one: Loaded[Any], library: Library) -> Iterator[Finding]:
    """A language that the file does not speak; a criterion that a crosswalk passes over in silence."""
    absent = [language for language in LANGUAGES if language not in one.value.languages]
    if absent:
        problem = _("a published library speaks every language; missing: {languages}").format(languages=", ".join(absent))
        yield one.finding(("languages",), problem, _("translate the texts and add the language"))
    if isinstance(one.value, Crosswalk):
        yield from _passed_over(one, library)


def _passed_over(one: Loaded[Crosswalk], library: Library) -> Iterator[Finding]:
    targets: list[Rubric] = [rubric for rubric in library.rubrics.values() if rubric.id == one.value.target]
    told = {entry.target for entry in one.value.entries}
    silent = [criterion for criterion in (targets[-1].by_id if targets else ()) if criterion not in told]
    if silent:
        problem = _("criteria without an entry: {names}").format(names=", ".join(silent))
        yield one.finding(("entries",), problem, _("add an entry for each; strength none says that nothing is covered"))
