"""A measured figure: what, how much, from how many tries, how far apart, on which machine."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`p50` and `p95` of `n` tries in `unit`; `target` is None where none was set."""

    name: str
    unit: str
    p50: float
    p95: float
    n: int
    target: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the median keeps the target."""
        return None if self.target is None else self.p50 <= self.target


def figure(name: str, unit: str, values: Sequence[float], target: float | None = None) -> Figure:
    """The figure of these tries."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return Figure(name, unit, round(statistics.median(ordered), 3), round(p95, 3), len(ordered), target)


def ratio(name: str, above: Figure, below: Figure, target: float | None = None) -> Figure:
    """One median as a multiple of another that was measured in the same run."""
    value = round(above.p50 / below.p50, 2)
    return Figure(name, "times", value, value, min(above.n, below.n), target)


def timed(work: Callable[[], object], n: int, *, warm: int = 1) -> list[float]:
    """Milliseconds of each of `n` calls, after `warm` that are not counted."""
    for _unused in range(warm):
        work()
    found = []
    for _unused in range(n):
        begun = time.perf_counter()
        work()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def as_json(figures: Sequence[Figure]) -> dict[str, Any]:
    """The run as data."""
    machine = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
    return {"machine": machine, "figures": [{**asdict(one), "met": one.met} for one in figures]}
