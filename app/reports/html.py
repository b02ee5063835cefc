"""A report as one HTML document: what WeasyPrint prints, and what is saved as a self-contained file."""

from typing import Literal

from markupsafe import Markup

from app import __version__, i18n
from app.i18n import gettext as _
from app.reports import charts
from app.reports.model import Report
from app.web.templates import TEMPLATES, environment

Kind = Literal["full", "summary"]
BLANK = "\u2007\u2007\u2007"
"""Holds the place of a page number; see app.reports.page_references."""
SHOWN_BLOCKERS = 6
"""How many blockers fit on the rector's page."""


def render_html(report: Report, kind: Kind = "full") -> str:
    """The report as HTML, in its own language. It refers to no other file but our fonts."""
    with i18n.use(report.language):
        css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
        return (
            environment()
            .get_template(f"reports/{kind}.html")
            .render(
                report=report,
                title=title_of(report, kind),
                version=__version__,
                css=Markup(css),  # noqa: S704 - our own style sheet
                blank=BLANK,
                shown_blockers=SHOWN_BLOCKERS,
                gauge=charts.gauge(
                    report.bands,
                    (report.conditional_from, report.ready_from),
                    report.index,
                    report.index_low,
                    report.index_high,
                ),
                plots={rubric.id: charts.interval_plot(charts.rubric_rows(rubric)) for rubric in report.rubrics},
                radars={rubric.id: charts.radar(rubric.standards) for rubric in report.rubrics},
                coverage_bars=[charts.coverage_bars(section.standards) for section in report.coverage],
            )
        )


def title_of(report: Report, kind: Kind) -> str:
    """The document's title, which readers see in their window and screen readers say first."""
    name = _("Summary for the rector") if kind == "summary" else _("Self-assessment and gap analysis")
    return f"{name}: {report.identity.institution}, {report.identity.title}"
