"""Laying out one PDF in one piece, in a process that is limited (`fragments.press`): without network, with our fonts only.

User text once made a renderer hang, read local files and call servers; here it can at worst end that process.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from weasyprint import HTML, Attachment

from app.reports import page_references, pdf_standards, pdf_structure
from app.reports.fetching import OurFontsOnly
from app.reports.line_ends import JOINER

TRIES = 8
"""Of writing until no stream ends unclearly: one try in a hundred fails."""


def lay_out(request: dict[str, Any]) -> bytes:
    """The PDF of a request, as `pdf.render_pdf` writes it. Raises whatever the renderer raises."""
    fetcher = OurFontsOnly()
    options = {
        "pdf_variant": pdf_standards.VARIANT,
        "pdf_tags": True,
        "pdf_identifier": request["identifier"].encode(),
    }
    html = HTML(string=request["html"], base_url="report:", url_fetcher=fetcher)
    pdf_structure.name_pictures(html.etree_element)
    document = html.render(**options)
    page_references.fill(document.pages)
    for page in document.pages:
        page.bookmarks = [(level, label.replace(JOINER, ""), *rest) for level, label, *rest in page.bookmarks]
    return _written(document, options, partial(_attachments, request, fetcher))


def _attachments(request: dict[str, Any], fetcher: OurFontsOnly) -> list[Attachment]:
    """What goes with the file. Each can be written once only."""
    when = datetime.fromisoformat(request["date"])
    known = {"relationship": "Data", "created": when, "modified": when, "url_fetcher": fetcher}
    return [
        Attachment(string=one["text"].encode(), name=one["name"], description=one["description"], **known)
        for one in request["attachments"]
    ]


def _written(document: Any, options: dict[str, Any], attachments: Callable[[], list[Attachment]]) -> bytes:
    """The PDF of a laid-out document, with both standards and its structure put right."""
    pdf_standards.claim_both(document.metadata)
    spoken = pdf_structure.heard(document)
    for spare in range(TRIES):
        target = BytesIO()
        finisher = partial(pdf_structure.finish, spoken=spoken, spare=spare)
        document.write_pdf(target, finisher=finisher, attachments=attachments(), **options)
        if not pdf_standards.ends_unclearly(target.getvalue()):
            return target.getvalue()
    message = "a stream ends unclearly"
    raise ValueError(message)
