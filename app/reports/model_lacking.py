"""The report's objects of what it lacks: characters that no font of ours has, files of evidence that are gone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unprintable:
    """Characters in one text that cannot be printed, each as U+4E2D; `code` says of which criterion, item or action it is."""

    code: str | None
    field: str
    """comment, strengths, next_step, not_applicable, citation, evidence, action or names."""
    characters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a report cannot show. `gone` are the codes of evidence whose file should be kept and is not there."""

    unprintable: tuple[Unprintable, ...] = ()
    gone: frozenset[str] = frozenset()


NOTHING = Lacking()
