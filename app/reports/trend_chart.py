"""Where the lines and letters of a chart over time stand. Geometry only, as in `charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.reports.charts import Point

_LEFT, _RIGHT, _TOP, _BOTTOM = 36.0, 20.0, 22.0, 198.0
_STEP = 64.0
_LEAST = 320.0


@dataclass(frozen=True, slots=True)
class Place:
    """One moment: its label, its x position, and the y positions of its figures, None where there is none."""

    label: str
    x: float
    value: Fraction | None
    y: float | None
    y_low: float | None
    y_high: float | None

    @property
    def y_label(self) -> float | None:
        """Where the value is written: above the point and its range."""
        return None if self.y is None else round(min(self.y - 5, self.y if self.y_high is None else self.y_high) - 5, 1)


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Values from 0 to 100 over moments. Lines run only between moments that can be compared and have a value."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[tuple[int, float], ...]
    places: tuple[Place, ...]
    lines: tuple[tuple[Point, ...], ...]
    breaks: tuple[float, ...]
    """x positions between moments that cannot be compared."""


Measured = tuple[Fraction | None, Fraction | None, Fraction | None]
"""A value with its lower and upper end."""


def trend_chart(
    labels: Sequence[str], values: Sequence[Measured], runs: Sequence[Sequence[int]], breaks: Sequence[int]
) -> TrendChart:
    """The chart of values with their ranges. `runs` are the positions that a line joins, `breaks` where another scale begins."""
    width = max(_LEAST, _LEFT + _RIGHT + _STEP * len(labels))
    step = (width - _LEFT - _RIGHT) / max(1, len(labels))

    def across(position: float) -> float:
        return round(_LEFT + step * (position + 0.5), 1)

    def up(value: Fraction | None) -> float | None:
        return None if value is None else round(_BOTTOM - (_BOTTOM - _TOP) * float(value) / 100, 1)

    places = tuple(
        Place(label, across(position), value, up(value), up(low), up(high))
        for position, (label, (value, low, high)) in enumerate(zip(labels, values, strict=True))
    )
    return TrendChart(
        width=width,
        height=_BOTTOM + 30,
        left=_LEFT,
        right=width - _RIGHT,
        top=_TOP,
        bottom=_BOTTOM,
        ticks=tuple((value, up(Fraction(value)) or 0.0) for value in (0, 25, 50, 75, 100)),
        places=places,
        lines=tuple(
            tuple(Point(places[one].x, y) for one in run if (y := places[one].y) is not None) for run in runs if len(run) > 1
        ),
        breaks=tuple(across(position - 0.5) for position in breaks),
    )
