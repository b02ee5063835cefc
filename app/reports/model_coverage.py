"""The report's objects of crosswalk coverage: what evidence for one rubric gives for another."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Reusable:
    """An evidence item that answers of the source rest on and the target's answer does not yet; `valid` on the reference date."""

    id: str
    title: str
    valid: bool


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One target criterion and what the source gives for it; both shares 0..1. `reusable` is evidence to link again."""

    reference: str
    anchor: str
    code: str
    question: str
    coverage: Fraction
    ceiling: Fraction
    residuals: tuple[str, ...]
    sources: tuple[str, ...]
    reusable: tuple[Reusable, ...]


@dataclass(frozen=True, slots=True)
class CoverageStandard:
    """Coverage of a standard, percent."""

    number: str
    title: str
    coverage: Fraction | None
    ceiling: Fraction | None
    rows: tuple[CoverageRow, ...]


@dataclass(frozen=True, slots=True)
class CoverageSection:
    """What evidence for one rubric gives for another. Never a rating; not reviewed from outside while `reviewed_by` is None."""

    source: str
    target: str
    from_iso: bool
    coverage: Fraction | None
    ceiling: Fraction | None
    reviewed_by: str | None
    standards: tuple[CoverageStandard, ...]
    out_of_reach: tuple[CoverageRow, ...]

    def ready(self) -> tuple[tuple[Reusable, tuple[str, ...]], ...]:
        """Each item that can be used again, in the order in which it is first met, with the codes of the criteria it is for."""
        found: dict[str, tuple[Reusable, list[str]]] = {}
        for row in (one for standard in self.standards for one in standard.rows):
            for item in row.reusable:
                found.setdefault(item.id, (item, []))[1].append(row.code)
        return tuple((item, tuple(codes)) for item, codes in found.values())
