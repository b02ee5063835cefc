"""The full report as parts that are printed alone: in their order, they are what `full.html` is in one piece.

A part says nothing that changes with an answer elsewhere: digests and page numbers stand in the frame, which holds the feet.
"""

import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, replace

from app.reports.coverage_pages import coverage_pages
from app.reports.glyphs import lacking, printable
from app.reports.html import charts_of, part_html, telling
from app.reports.line_ends import without_bad_ends
from app.reports.model import Report, RubricSection
from app.reports.register_pages import register_pages
from app.reports.results_pages import results_pages
from app.web.templates import TEMPLATES

_FIRST, _LAST = ("gaps", "coverage", "evidence"), "profile"


@dataclass(frozen=True, slots=True)
class Part:
    """A part's name, which tells it apart from all others of the report, its HTML, and its place in the order of pages."""

    name: str
    html: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class _Planned:
    name: str
    piece: str
    more: Mapping[str, object]


def parts_of(report: Report) -> tuple[Part, ...]:
    """Every part of the full report, in the order of its pages."""
    return tuple(sorted(written_parts(report), key=lambda one: one.place))


def written_parts(report: Report) -> Iterator[Part]:
    """Every part as soon as it is written, so that it can be drawn while others are: long tables first.

    The profile comes last, because it says which characters of all parts cannot be printed.
    """
    planned, charts, strange = list(enumerate(_planned(report))), charts_of(report), set[str]()
    for place, one in sorted(planned, key=lambda entry: _turn(entry[1])):
        html = part_html(report, piece=one.piece, **charts, **one.more)
        strange.update(lacking(html))
        if one.piece == _LAST:
            html = part_html(telling(report, strange), piece=one.piece, **charts, **one.more)
        yield Part(one.name, without_bad_ends(printable(html)), place)


def frame_of(report: Report) -> Part:
    """The part that has a page of each kind with nothing but its foot, and says what the whole file is."""
    css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
    kinds = ["auto", *sorted(set(re.findall(r"@page\s+([a-z][a-z0-9-]*)\s*[{:]", css)))]
    return Part("frame", without_bad_ends(printable(part_html(report, piece=None, continued=False, kinds_of_pages=kinds))))


def _turn(one: _Planned) -> int:
    return 0 if one.piece in _FIRST else 2 if one.piece == _LAST else 1


def _planned(report: Report) -> Iterator[_Planned]:
    for piece in ("cover", "summary", "contents", "profile"):
        yield _part(piece)
    for place, shown in enumerate(_results(report)):
        yield _part("results", f"results-{place}", continued=place > 0, shown=shown)
    yield from _part_if(blockers=report.blockers)
    for place, rows in enumerate(register_pages(report)):
        yield _part("gaps", f"gaps-{place}", continued=place > 0, rows=rows)
    yield from _part_if(plan=report.actions)
    for position, section in enumerate(report.coverage, 1):
        told: dict[str, object] = {"section": section, "position": position}
        for page in coverage_pages(section, report.language):
            yield _part("coverage", f"coverage-{position}-{page.number}", continued=not page.first, part_of=page, **told)
    for rubric in report.rubrics:
        for place, cut in enumerate(_cut(rubric)):
            yield _part("rubric", f"{rubric.anchor}-{place}", continued=place > 0, rubric=cut)
    lists = [*report.not_applicable(), *report.unanswered()]
    yield from _part_if(agreement=report.agreement.rows, evidence=report.evidence, lists=lists)
    yield _part("method")


def _part(piece: str, name: str = "", *, continued: bool = False, **more: object) -> _Planned:
    return _Planned(name or piece, piece, {"continued": continued, **more})


def _part_if(**pieces: Sized) -> Iterator[_Planned]:
    """Those parts that have something to say."""
    return (_part(piece) for piece, rows in pieces.items() if rows)


def _results(report: Report) -> Iterator[dict[str, object]]:
    """What each part of the results shows: a page of rubrics, every criterion at a glance, the words of other scales."""
    nothing = {"pages": (), "glance": False, "views": False}
    for page in results_pages(report.rubrics):
        yield nothing | {"pages": (page,)}
    yield nothing | {"glance": True}
    if report.views.scales:
        yield nothing | {"views": True}


def _cut(rubric: RubricSection) -> Iterator[RubricSection]:
    """A rubric standard by standard: each begins a page. One without standards is a part as well."""
    if not rubric.standards:
        yield rubric
    for standard in rubric.standards:
        yield replace(rubric, standards=(standard,))
