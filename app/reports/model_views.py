"""The report's objects for the words other readers know: the same scores on borrowed scales, always indicative."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewedScale:
    """A borrowed scale and whose labels they are."""

    title: str
    of: str


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A standard, or the whole rubric when `number` is None; a label for each scale, None without a score."""

    number: str | None
    title: str
    labels: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class RubricView:
    """A rubric in the words of every scale."""

    title: str
    rows: tuple[ViewRow, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Views:
    """Borrowed scales side by side; empty when there are none."""

    scales: tuple[ViewedScale, ...]
    rubrics: tuple[RubricView, ...]
