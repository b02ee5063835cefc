"""A rubric as a booklet: every standard, criterion and descriptor in one language, to be read on paper."""

from markupsafe import Markup

from app import __version__, i18n
from app.reports.build_parts import anchor_of
from app.reports.page_blank import BLANK
from app.reports.pdf import render_pdf
from app.rubrics.model import Rubric, in_language
from app.rubrics.registry import Library, digest
from app.web.templates import TEMPLATES, environment


def booklet_html(rubric: Rubric, library: Library, language: str) -> str:
    """The booklet as HTML, in `language`; texts that do not exist in it stand in English."""
    labels = {kind.id: kind.label for kind in library.kinds.kinds}
    with i18n.use(language):
        css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
        return (
            environment()
            .get_template("reports/booklet.html")
            .render(
                rubric=rubric,
                language=language,
                text=lambda words: in_language(words, language),
                kind=lambda name: in_language(labels[name], language) if name in labels else name,
                anchor=anchor_of,
                digest=digest(rubric),
                title=in_language(rubric.of.title, language),
                mandatory=sum(one.mandatory for one in rubric.criteria()),
                generic=any(one.generic_levels for one in rubric.criteria()),
                version=__version__,
                css=Markup(css),  # noqa: S704 - our own style sheet
                blank=BLANK,
            )
        )


def print_booklet(rubric: Rubric, library: Library, language: str) -> bytes:
    """The booklet as PDF. The same rubric gives the same bytes. Raises ReportNotRendered."""
    identifier = f"{digest(rubric)}-booklet-{language}"
    return render_pdf(booklet_html(rubric, library, language), (), day=rubric.of.checked, identifier=identifier).pdf
