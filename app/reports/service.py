"""From a portable assessment to a file of a report: PDF, HTML, Word, workbook or JSON."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal, cast

from app.errors import Problem
from app.i18n import gettext as _
from app.portable.model import Portable
from app.portable.write import to_canonical
from app.reports.build import Built, build
from app.reports.docx import render_docx
from app.reports.embedded import ASSESSMENT_NAME, RUBRICS_NAME, SCORECARD_NAME, rubrics_to_embed, to_text
from app.reports.html import Kind, render_html, title_of
from app.reports.model_approval import Approval
from app.reports.pdf import AttachedText, Rendered, render_pdf
from app.reports.verification import with_verification
from app.reports.xlsx import render_xlsx
from app.rubrics.model import Rubric
from app.rubrics.registry import Library, canonical
from app.scoring.scorecard_json import to_json

Format = Literal["pdf", "html", "json", "xlsx", "docx"]
_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "docx": f"{_OFFICE}wordprocessingml.document",
}


class UnknownFormat(Problem):
    """A report cannot be made in that format."""


def format_of(name: str) -> Format:
    """The format a file name asks for by its ending. Raises UnknownFormat."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending in MEDIA_TYPES:
        return cast("Format", ending)
    message = _("A report cannot be made as “.{ending}”: use .pdf, .html, .docx, .xlsx or .json.")
    raise UnknownFormat(message.format(ending=ending))


def kind_of(name: str) -> Kind:
    """The kind of report of this name. Raises UnknownFormat."""
    if name in ("full", "summary"):
        return cast("Kind", name)
    raise UnknownFormat(_("There is no report “{name}”: use full or summary.").format(name=name))


def make(  # noqa: PLR0913 - what is reported, and how it is to look
    portable: Portable,
    library: Library,
    *,
    language: str,
    kind: Kind,
    wanted: Format,
    draft: bool = False,
    approval: Approval | None = None,
    audit_head: str | None = None,
    verification: str | None = None,
) -> bytes:
    """The report's bytes. The same input always gives the same bytes. Raises ReportNotRendered.

    `approval` is who signed it off, None for a draft or a file. `audit_head` is where the organisation's trail ends, as `head_of`
    has it; None prints none. `verification` is the address at which anybody can look what was issued; None prints no code.
    """
    built = build(portable, library, language, draft=draft, approval=approval, audit_head=audit_head)
    built = replace(built, report=with_verification(built.report, verification))
    if wanted == "json":
        return (json.dumps(to_json(built.card), ensure_ascii=False, indent=2) + "\n").encode()
    if wanted == "xlsx":
        return render_xlsx(built.report)
    if wanted == "docx":
        return render_docx(built.report)
    if wanted == "html":
        return render_html(built.report, kind).encode()
    return print_pdf(built, kind, rubrics_to_embed(portable.rubrics, library)).pdf


def print_pdf(built: Built, kind: Kind, rubrics: Sequence[Rubric] = ()) -> Rendered:
    """The PDF with the assessment and the scorecard inside, and what the renderer warned of.

    `rubrics` are those of the organisation's own: they come along, so that the figures can be recomputed anywhere.
    """
    title = title_of(built.report, kind)
    attachments = [
        AttachedText(ASSESSMENT_NAME, title, to_canonical(built.portable)),
        AttachedText(SCORECARD_NAME, title, canonical(to_json(built.card))),
        *([AttachedText(RUBRICS_NAME, title, to_text(rubrics))] if rubrics else []),
    ]
    head = built.report.identity.audit_head
    code = built.report.identity.verification
    parts = (built.report.identity.assessment_digest, kind, built.report.language, head, code.url if code else None)
    identifier = "-".join(part for part in parts if part)
    return render_pdf(render_html(built.report, kind), attachments, day=built.portable.date, identifier=identifier)
