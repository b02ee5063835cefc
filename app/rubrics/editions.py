"""What became of each criterion between an edition and the one it extends."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import NotFound
from app.i18n import gettext as _
from app.rubrics.carrying import carries_level
from app.rubrics.model import Change, Criterion, Rubric
from app.rubrics.registry import Library


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion of the newer edition, what became of it, and the criteria of the older one that it continues."""

    criterion: Criterion
    change: Change
    origin: tuple[str, ...]

    @property
    def carries_level(self) -> bool:
        """Whether an answer's level moves along: not for what is new, and not for the second half of a split."""
        return carries_level(self.criterion)

    @property
    def to_confirm(self) -> bool:
        """Whether a carried answer must be looked at again."""
        return self.carries_level and self.change is not Change.SAME


@dataclass(frozen=True, slots=True)
class EditionMap:
    """From one edition to another: a step for each criterion of the newer, and the criteria that end with the older."""

    older: Rubric
    newer: Rubric
    steps: tuple[Step, ...]
    ended: tuple[str, ...]


def edition_map(library: Library, older: str, newer: str) -> EditionMap:
    """The map between two editions of which `newer` extends `older`. Raises NotFound when it does not."""
    old, new = library.rubric(older), library.rubric(newer)
    if new.extends != old.reference:
        raise NotFound(_("{newer} does not extend {older}.").format(newer=newer, older=older))
    steps = tuple(Step(one, one.change, one.origin) for one in new.criteria())
    continued = {name for step in steps for name in step.origin}
    return EditionMap(old, new, steps, tuple(one.id for one in old.criteria() if one.id not in continued))


def successors(library: Library, reference: str) -> Iterator[Rubric]:
    """The editions that extend this one."""
    return (one for one in library.rubrics.values() if one.extends == reference)
