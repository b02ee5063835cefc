"""The full report as parts that are printed alone: in their order, they are what `full.html` is in one piece.

A part says nothing that changes with an answer elsewhere: digests and page numbers stand in the frame, which holds the feet.
"""

import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, replace

from app.reports.glyphs import lacking, printable
from app.reports.html import charts_of, part_html, telling
from app.reports.model import Report, RubricSection
from app.web.templates import TEMPLATES


@dataclass(frozen=True, slots=True)
class Part:
    """A part's name, which tells it apart from all others of the report, and its HTML."""

    name: str
    html: str


def parts_of(report: Report) -> tuple[Part, ...]:
    """Every part of the full report, in the order of its pages."""
    parts = tuple(_parts(report))
    told = telling(report, (code for one in parts for code in lacking(one.html)))
    return tuple(replace(one, html=printable(one.html)) for one in (parts if told is report else _parts(told)))


def frame_of(report: Report) -> Part:
    """The part that has a page of each kind with nothing but its foot, and says what the whole file is."""
    css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
    kinds = ["auto", *sorted(set(re.findall(r"@page\s+([a-z][a-z0-9-]*)\s*[{:]", css)))]
    return Part("frame", printable(part_html(report, piece=None, continued=False, kinds_of_pages=kinds)))


def _parts(report: Report) -> Iterator[Part]:
    charts = charts_of(report)
    for piece in ("cover", "summary", "contents", "profile"):
        yield _part(report, charts, piece)
    for place, shown in enumerate(_results(report)):
        yield _part(report, charts, "results", f"results-{place}", continued=place > 0, shown=shown)
    yield from _part_if(report, charts, blockers=report.blockers, gaps=report.gaps, plan=report.actions)
    for position, section in enumerate(report.coverage, 1):
        yield _part(report, charts, "coverage", f"coverage-{position}", section=section, position=position)
    for rubric in report.rubrics:
        for place, cut in enumerate(_cut(rubric)):
            yield _part(report, charts, "rubric", f"{rubric.anchor}-{place}", continued=place > 0, rubric=cut)
    lists = [*report.not_applicable(), *report.unanswered()]
    yield from _part_if(report, charts, agreement=report.agreement.rows, evidence=report.evidence, lists=lists)
    yield _part(report, charts, "method")


def _part(
    report: Report, charts: Mapping[str, object], piece: str, name: str = "", *, continued: bool = False, **more: object
) -> Part:
    return Part(name or piece, part_html(report, piece=piece, continued=continued, **charts, **more))


def _part_if(report: Report, charts: Mapping[str, object], **pieces: Sized) -> Iterator[Part]:
    """Those parts that have something to say."""
    return (_part(report, charts, piece) for piece, rows in pieces.items() if rows)


def _results(report: Report) -> Iterator[dict[str, object]]:
    """What each part of the results shows: a rubric's figures, every criterion at a glance, the words of other scales."""
    nothing = {"rubrics": (), "glance": False, "views": False}
    for rubric in report.rubrics:
        yield nothing | {"rubrics": (rubric,)}
    yield nothing | {"glance": True}
    if report.views.scales:
        yield nothing | {"views": True}


def _cut(rubric: RubricSection) -> Iterator[RubricSection]:
    """A rubric standard by standard: each begins a page. One without standards is a part as well."""
    if not rubric.standards:
        yield rubric
    for standard in rubric.standards:
        yield replace(rubric, standards=(standard,))
