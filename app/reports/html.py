"""A report as one HTML document: what WeasyPrint prints, and what is saved as a self-contained file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from markupsafe import Markup

from app import __version__, i18n
from app.reports import charts, coverage_words, draft_mark, saved
from app.reports.coverage_pages import coverage_pages, in_one_piece
from app.reports.glyphs import lacking, printable
from app.reports.kinds import Kind as Kind
from app.reports.kinds import Page, cover_words
from app.reports.kinds import title_of as title_of
from app.reports.line_ends import without_bad_ends
from app.reports.model import Report
from app.reports.page_blank import BLANK
from app.reports.register_pages import opening, register_pages
from app.reports.results_pages import results_pages
from app.web.languages import marked
from app.web.templates import TEMPLATES, environment

SHOWN_BLOCKERS = 6
"""How many blockers fit on the rector's page."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A style sheet, and what a browser may do with the document; no policy for what is only printed."""

    css: str
    policy: str | None = None


@cache
def have_templates() -> None:
    """Read the templates of reports now: whoever is forked afterwards has them, and does not spend half a second on it."""
    for name in environment().list_templates(filter_func=lambda name: name.startswith("reports/") and name.endswith(".html")):
        environment().get_template(name)


def render_html(report: Report, kind: Kind = "full", page: Page = "a4") -> str:
    """The report as HTML to be printed, in its own language. It refers to no other file but our fonts."""
    css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
    sheet = _Sheet(css + extra_css(report, page) + _mark(report, page))
    html = _render(report, _template(kind, page), kind, sheet)
    told = telling(report, lacking(html))
    return without_bad_ends(printable(html if told is report else _render(told, _template(kind, page), kind, sheet)))


def telling(report: Report, strange: Iterable[str]) -> Report:
    """The report with the places of just those characters that its HTML has and our fonts have not; itself when it has them."""
    found = frozenset(strange)
    there = tuple(one for one in report.lacking.unprintable if found.intersection(one.characters))
    if there == report.lacking.unprintable:
        return report
    return replace(report, lacking=replace(report.lacking, unprintable=there))


def saved_html(report: Report, kind: Kind = "full", page: Page = "a4") -> str:
    """The report as one HTML file that needs nothing from outside and may do nothing but be shown."""
    css = saved.style() + extra_css(report, page) + (draft_mark.SHOWN if report.identity.draft else "")
    # An HTML parser reads CR LF as LF: what is hashed must be what the browser hashes.
    css = css.replace("\r\n", "\n")
    return _render(report, _template(kind, page), kind, _Sheet(css, saved.policy(css)))


def part_html(report: Report, **which: object) -> str:
    """One part of the full report as HTML, as `parts` asks for it. The style sheet comes from elsewhere.

    It may have characters that our fonts have not.
    """
    return _render(report, "part", "full", _Sheet(extra_css(report, "a4") + _mark(report, "a4")), which)


def charts_of(report: Report) -> dict[str, object]:
    """What the charts of a report are drawn from, by the names that the templates know."""
    thresholds = (report.conditional_from, report.ready_from)
    return {
        "gauge": charts.gauge(report.bands, thresholds, report.index, report.index_low, report.index_high),
        "plots": {rubric.id: charts.interval_plot(charts.rubric_rows(rubric)) for rubric in report.rubrics},
        "radars": {rubric.id: charts.radar(rubric.standards) for rubric in report.rubrics},
        "coverage_bars": [charts.coverage_bars(section.standards) for section in report.coverage],
    }


def extra_css(report: Report, page: Page) -> str:
    """The rules that depend on the page and on the organisation's own colour."""
    css = (TEMPLATES / "reports" / "phone.css").read_text(encoding="utf-8") if page == "phone" else ""
    if report.look.colour:
        # Where the colour is barely dark enough, only white can be read on it.
        css += f"\n.cover {{ background: {report.look.colour}; }}\n.cover p {{ color: #ffffff; }}\n"
    return css


def _mark(report: Report, page: Page) -> str:
    """The rules that print the mark of a draft."""
    with i18n.use(report.language):
        return draft_mark.printed(phone=page == "phone") if report.identity.draft else ""


def _template(kind: Kind, page: Page) -> str:
    return "summary-phone" if (kind, page) == ("summary", "phone") else kind


def _render(report: Report, name: str, kind: Kind, sheet: _Sheet, which: Mapping[str, object] = MappingProxyType({})) -> str:
    with i18n.use(report.language):
        html = (
            environment()
            .get_template(f"reports/{name}.html")
            .render(
                report=report,
                kind=kind,
                title=title_of(report, kind),
                cover_words=cover_words(kind),
                version=__version__,
                css=Markup(sheet.css),  # noqa: S704 - our own style sheet, and a colour that was checked
                policy=sheet.policy,
                blank=BLANK,
                shown_blockers=SHOWN_BLOCKERS,
                results_pages=results_pages(report.rubrics),
                register_pages=register_pages,
                register_opening=opening,
                coverage_pages=coverage_pages,
                coverage_in_one_piece=in_one_piece,
                coverage_words=coverage_words,
                **(charts_of(report) if "gauge" not in which else {}),
                **which,
            )
        )
        return marked(html, report.language)
