"""Where the lines and letters of a chart stand. Geometry only: figures come from the report, colours and words from the macros.

All lengths are in the chart's own units; y grows downwards, as in SVG.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin

from app.reports.model import RubricSection, StandardSection
from app.reports.model_coverage import CoverageStandard
from app.scoring.scorecard import Figures


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a chart."""

    x: float
    y: float

    def __str__(self) -> str:
        """`x,y`, as SVG's points attribute wants it."""
        return f"{self.x:.1f},{self.y:.1f}"


@dataclass(frozen=True, slots=True)
class Axis:
    """A spoke of the radar: its end, where its label stands and how it is anchored there."""

    label: str
    end: Point
    text: Point
    anchor: str
    value: Fraction | None
    claimed: Fraction | None


@dataclass(frozen=True, slots=True)
class Radar:
    """A radar of standards. Lines leave out axes without a value instead of running to the centre, which would read as zero."""

    size: float
    centre: Point
    rings: tuple[tuple[Point, ...], ...]
    axes: tuple[Axis, ...]
    score_lines: tuple[tuple[Point, ...], ...]
    claimed_lines: tuple[tuple[Point, ...], ...]
    score_points: tuple[Point, ...]


RADAR_SIZE = 360.0
_RADIUS = 132.0
_LABEL_RADIUS = 150.0
_LEAST_AXES = 3


def radar(standards: Sequence[StandardSection]) -> Radar | None:
    """The radar of a rubric's standards; None below three axes, where a radar says nothing."""
    if len(standards) < _LEAST_AXES:
        return None
    count = len(standards)
    centre = Point(RADAR_SIZE / 2, RADAR_SIZE / 2)

    def place(index: int, radius: float) -> Point:
        angle = 2 * pi * index / count - pi / 2
        return Point(centre.x + radius * cos(angle), centre.y + radius * sin(angle))

    def on_axis(index: int, value: Fraction | None) -> Point | None:
        return None if value is None else place(index, _RADIUS * float(value) / 100)

    axes = tuple(
        Axis(
            label=standard.number,
            end=place(index, _RADIUS),
            text=place(index, _LABEL_RADIUS),
            anchor=_anchor(place(index, _LABEL_RADIUS).x - centre.x),
            value=standard.figures.score,
            claimed=standard.figures.claimed,
        )
        for index, standard in enumerate(standards)
    )
    scores = [on_axis(index, standard.figures.score) for index, standard in enumerate(standards)]
    claims = [on_axis(index, standard.figures.claimed) for index, standard in enumerate(standards)]
    return Radar(
        size=RADAR_SIZE,
        centre=centre,
        rings=tuple(tuple(place(index, _RADIUS * part / 4) for index in range(count)) for part in range(1, 5)),
        axes=axes,
        score_lines=_lines(scores),
        claimed_lines=_lines(claims),
        score_points=tuple(point for point in scores if point is not None),
    )


def _anchor(offset: float) -> str:
    if abs(offset) < RADAR_SIZE / 20:
        return "middle"
    return "start" if offset > 0 else "end"


def _lines(points: Sequence[Point | None]) -> tuple[tuple[Point, ...], ...]:
    """The closed line when every point is there, else the runs between the gaps."""
    if all(point is not None for point in points):
        known = [point for point in points if point is not None]
        return ((*known, known[0]),)
    start = next((index for index, point in enumerate(points) if point is None), 0)
    turned = [*points[start:], *points[:start]]
    runs: list[list[Point]] = [[]]
    for point in turned:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return tuple(tuple(run) for run in runs if run)


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with what unanswered criteria could still make of it, as x positions; None where a number does not exist."""

    label: str
    title: str
    score: Fraction | None
    claimed: Fraction | None
    low: Fraction | None
    high: Fraction | None
    y: float
    x_score: float | None
    x_claimed: float | None
    x_low: float | None
    x_high: float | None


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    """Intervals one below the other over a scale from 0 to 100."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[tuple[int, float], ...]
    rows: tuple[Interval, ...]


_ROW = 24.0
_LEFT = 44.0
_RIGHT = 20.0
_TOP = 10.0


def interval_plot(rows: Sequence[tuple[str, str, Figures]], width: float = 520.0) -> IntervalPlot:
    """The plot of (label, title, figures)."""
    right = width - _RIGHT

    def across(value: Fraction | None) -> float | None:
        return None if value is None else round(_LEFT + (right - _LEFT) * float(value) / 100, 1)

    made = tuple(
        Interval(
            label=label,
            title=title,
            score=figures.score,
            claimed=figures.claimed,
            low=figures.low,
            high=figures.high,
            y=_TOP + _ROW * index + _ROW / 2,
            x_score=across(figures.score),
            x_claimed=across(figures.claimed),
            x_low=across(figures.low),
            x_high=across(figures.high),
        )
        for index, (label, title, figures) in enumerate(rows)
    )
    bottom = _TOP + _ROW * len(made)
    ticks = tuple((value, across(Fraction(value)) or 0.0) for value in (0, 25, 50, 75, 100))
    return IntervalPlot(width, bottom + 22, _LEFT, right, _TOP, bottom, ticks, made)


@dataclass(frozen=True, slots=True)
class Gauge:
    """The index on its scale, with the profile's two thresholds; x positions, None where a number does not exist."""

    width: float
    left: float
    right: float
    bands: tuple[tuple[float, float, str], ...]
    label_rows: tuple[int, ...]
    """For each band, on which row its label stands: 0, or 0 and 1 in turn where labels in one row would run into each other."""
    thresholds: tuple[tuple[int, float], ...]
    x_index: float | None
    x_low: float | None
    x_high: float | None


_LETTER = 5.7
"""What a letter of a band's label takes at most, on average: Noto Sans at 9.5 units, Cyrillic."""


def gauge(
    bands: Sequence[tuple[str, int, str]],
    thresholds: Sequence[int],
    index: Fraction | None,
    low: Fraction | None,
    high: Fraction | None,
    width: float = 520.0,
) -> Gauge:
    """The gauge of the index."""
    left, right = 12.0, width - 12.0

    def across(value: Fraction | float | None) -> float | None:
        return None if value is None else round(left + (right - left) * float(value) / 100, 1)

    ends = [start for _id, start, _label in bands[1:]] + [100]
    placed = tuple(
        (across(start) or 0.0, across(end) or 0.0, label) for (_id, start, label), end in zip(bands, ends, strict=True)
    )
    crowded = any(len(label) * _LETTER > end - start for start, end, label in placed)
    return Gauge(
        width=width,
        left=left,
        right=right,
        bands=placed,
        label_rows=tuple(index % 2 if crowded else 0 for index in range(len(placed))),
        thresholds=tuple((value, across(value) or 0.0) for value in thresholds),
        x_index=across(index),
        x_low=across(low),
        x_high=across(high),
    )


@dataclass(frozen=True, slots=True)
class CoverageBar:
    """One standard: what is covered within what could be covered at best; widths on a scale of `width` for 100 %."""

    label: str
    title: str
    coverage: Fraction | None
    ceiling: Fraction | None
    y: float
    covered: float
    reachable: float


def coverage_bars(standards: Sequence[CoverageStandard], width: float = 380.0) -> tuple[CoverageBar, ...]:
    """The bars of a coverage section."""
    return tuple(
        CoverageBar(
            label=one.number,
            title=one.title,
            coverage=one.coverage,
            ceiling=one.ceiling,
            y=8 + 26.0 * index,
            covered=round(width * float(one.coverage or 0) / 100, 1),
            reachable=round(width * float(one.ceiling or 0) / 100, 1),
        )
        for index, one in enumerate(standards)
    )


def rubric_rows(rubric: RubricSection) -> list[tuple[str, str, Figures]]:
    """A rubric's standards as rows of an interval plot."""
    return [(standard.number, standard.title, standard.figures) for standard in rubric.standards]
