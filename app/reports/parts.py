"""The full report as parts that are printed alone: in their order, they are what `full.html` is in one piece.

A part says nothing that changes with an answer elsewhere: digests and page numbers stand in the frame, which holds the feet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.reports.html import part_html
from app.reports.model import Report, RubricSection
from app.web.templates import TEMPLATES


@dataclass(frozen=True, slots=True)
class Part:
    """A part's name, which tells it apart from all others of the report, and its HTML."""

    name: str
    html: str


def parts_of(report: Report) -> tuple[Part, ...]:
    """Every part of the full report, in the order of its pages."""
    return tuple(_parts(report))


def frame_of(report: Report) -> Part:
    """The part that has a page of each kind with nothing but its foot, and says what the whole file is."""
    css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
    kinds = ["auto", *sorted(set(re.findall(r"@page\s+([a-z][a-z0-9-]*)\s*[{:]", css)))]
    return Part("frame", part_html(report, piece=None, continued=False, kinds_of_pages=kinds))


def _parts(report: Report) -> Iterator[Part]:
    def part(piece: str, name: str = "", *, continued: bool = False, **more: object) -> Part:
        return Part(name or piece, part_html(report, piece=piece, continued=continued, **more))

    yield part("cover")
    yield part("summary")
    yield part("contents")
    yield part("profile")
    yield part("results")
    for piece, wanted in (("blockers", report.blockers), ("gaps", report.gaps), ("plan", report.actions)):
        if wanted:
            yield part(piece)
    for position, section in enumerate(report.coverage, 1):
        yield part("coverage", f"coverage-{position}", section=section, position=position)
    for rubric in report.rubrics:
        for place, cut in enumerate(_cut(rubric)):
            yield part("rubric", f"{rubric.anchor}-{place}", continued=place > 0, rubric=cut)
    for piece, wanted in (("agreement", report.agreement.rows), ("evidence", report.evidence)):
        if wanted:
            yield part(piece)
    if report.not_applicable() or report.unanswered():
        yield part("lists")
    yield part("method")


def _cut(rubric: RubricSection) -> Iterator[RubricSection]:
    """A rubric standard by standard: each begins a page. One without standards is a part as well."""
    if not rubric.standards:
        yield rubric
    for standard in rubric.standards:
        yield replace(rubric, standards=(standard,))
