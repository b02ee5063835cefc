"""From a portable assessment to a file of a report: PDF, HTML, Word, workbook or JSON."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal, cast

from app.errors import Problem
from app.i18n import gettext as _
from app.portable.model import Portable
from app.portable.write import to_canonical
from app.reports import progress
from app.reports.build import Built, build
from app.reports.build_delta import Against
from app.reports.data import to_data
from app.reports.docx import render_docx
from app.reports.embedded import (
    ASSESSMENT_NAME,
    EARLIER_ASSESSMENT_NAME,
    EARLIER_SCORECARD_NAME,
    RUBRICS_NAME,
    SCORECARD_NAME,
    rubrics_to_embed,
    to_text,
)
from app.reports.fragments.store import Store
from app.reports.html import Kind, render_html, saved_html, title_of
from app.reports.kinds import Page
from app.reports.model import Report
from app.reports.model_approval import Approval
from app.reports.model_look import PLAIN, Look
from app.reports.pdf import AttachedText, Rendered, render_pdf
from app.reports.printed import print_in_parts
from app.reports.progress import Part
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


class NothingToCompare(Problem):
    """A report on what changed needs an earlier state."""


def make(  # noqa: PLR0913 - what it is made from, what is wanted, and what is said of it
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
    against: Against | None = None,
    look: Look = PLAIN,
    page: Page = "a4",
    gone: frozenset[str] = frozenset(),
    store: Store | None = None,
) -> bytes:
    """The report's bytes. The same input always gives the same bytes. Raises ReportNotRendered and NothingToCompare.

    `approval` is who signed it off, None for a draft or a file. `audit_head` is where the organisation's trail ends, as `head_of`
    has it; None prints none. `verification` is the address at which anybody can look what was issued; None prints no code.
    `against` is what a report on changes compares with, `gone` the evidence without its file, `store` keeps parts of a full one.
    """
    if kind == "delta" and against is None:
        raise NothingToCompare(_("A report on what changed needs an earlier assessment to compare with: say which."))
    progress.tell(Part.DATA)
    built = build(
        portable,
        library,
        language,
        draft=draft,
        approval=approval,
        audit_head=audit_head,
        against=against,
        look=look,
        gone=gone,
    )
    progress.tell(Part.PAGES if wanted == "pdf" else Part.FILE)
    built = replace(built, report=with_verification(built.report, verification))
    return _in_format(built, kind, wanted, page, _rubrics(portable, library, against), store)


def _rubrics(portable: Portable, library: Library, against: Against | None) -> tuple[Rubric, ...]:
    """The rubrics of the organisation's own that either side is measured with."""
    found = rubrics_to_embed(portable.rubrics, library)
    earlier = rubrics_to_embed(against.portable.rubrics, against.library) if against else ()
    return (*found, *(one for one in earlier if one not in found))


def _in_format(built: Built, kind: Kind, wanted: Format, page: Page, rubrics: Sequence[Rubric], store: Store | None) -> bytes:
    if wanted == "json":
        told = to_json(built.card) if kind in ("full", "summary") else to_data(built.report, kind)
        return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    if wanted == "xlsx":
        return render_xlsx(built.report)
    if wanted == "docx":
        return render_docx(built.report)
    if wanted == "html":
        return saved_html(built.report, kind, page).encode()
    return print_pdf(built, kind, page, rubrics, store).pdf


def print_pdf(
    built: Built, kind: Kind, page: Page = "a4", rubrics: Sequence[Rubric] = (), store: Store | None = None
) -> Rendered:
    """The PDF with the assessment and the scorecard inside, and what the renderer warned of.

    `rubrics` are those of the organisation's own: they come along, so that the figures can be recomputed anywhere. The full
    report is printed from its parts, which `store` keeps; all others are one piece.
    """
    title = title_of(built.report, kind)
    attachments = [
        AttachedText(ASSESSMENT_NAME, title, to_canonical(built.portable)),
        AttachedText(SCORECARD_NAME, title, canonical(to_json(built.card))),
        *_earlier(built, title),
        *([AttachedText(RUBRICS_NAME, title, to_text(rubrics))] if rubrics else []),
    ]
    day, identifier = built.portable.date, identifier_of(built.report, kind, page)
    if kind == "full":
        joined = print_in_parts(built.report, attachments, day=day, identifier=identifier, store=store)
        if joined is not None:
            return joined
    return render_pdf(render_html(built.report, kind, page), attachments, day=day, identifier=identifier)


def _earlier(built: Built, title: str) -> Iterator[AttachedText]:
    """The other side of a report on what changed, so that its figures can be recomputed too."""
    if built.earlier is not None:
        yield AttachedText(EARLIER_ASSESSMENT_NAME, title, to_canonical(built.earlier.portable))
        yield AttachedText(EARLIER_SCORECARD_NAME, title, canonical(to_json(built.earlier.card)))


def identifier_of(report: Report, kind: Kind, page: Page = "a4") -> str:
    """Names the file: everything that makes it another one than that of the same assessment is in it."""
    identity = report.identity
    parts = [identity.assessment_digest, kind, report.language]
    parts += [identity.audit_head] if identity.audit_head else []
    parts += [identity.verification.url] if identity.verification else []
    parts += [report.delta.before.digest] if report.delta else []
    parts += [report.look.digest] if report.look != PLAIN else []
    parts += [page] if page != "a4" else []
    parts += (
        ["without-" + hashlib.sha256("\0".join(sorted(report.lacking.gone)).encode()).hexdigest()[:16]]
        if report.lacking.gone
        else []
    )
    return "-".join(parts)
