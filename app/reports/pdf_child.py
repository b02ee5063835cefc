"""The process that lays out one PDF and ends: limited in memory and time, without network, with our fonts only.

Reads a JSON request from standard input, writes the PDF to standard output, and warnings or the reason of a failure to
standard error. User text once made a renderer hang, read local files and call servers; here it can at worst end this
process.
"""

import gc
import json
import logging
import sys
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from app.files import confined
from app.reports.fonts import FONTS as FONTS

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 60
MAX_RECURSION = 3000
TRIES = 8
"""Of writing until no stream ends unclearly: one try in a hundred fails."""
REFUSED = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


def _limit() -> None:
    confined.limit(MEMORY_BYTES, CPU_SECONDS, may_write=True)
    sys.setrecursionlimit(MAX_RECURSION)


def _render(request: dict[str, Any]) -> bytes:
    from weasyprint import HTML, Attachment  # noqa: PLC0415 - imported under the limits

    from app.reports import page_references, pdf_standards, pdf_structure  # noqa: PLC0415 - as above
    from app.reports.fetching import OurFontsOnly  # noqa: PLC0415 - as above

    confined.refuse(*REFUSED)
    # A render builds one large graph and the process ends with it: collecting costs a quarter of the time for nothing.
    gc.disable()
    fetcher = OurFontsOnly()
    when = datetime.fromisoformat(request["date"])
    known = {"relationship": "Data", "created": when, "modified": when, "url_fetcher": fetcher}
    attachments = [
        Attachment(string=one["text"].encode(), name=one["name"], description=one["description"], **known)
        for one in request["attachments"]
    ]
    options = {
        "pdf_variant": pdf_standards.VARIANT,
        "pdf_tags": True,
        "attachments": attachments,
        "pdf_identifier": request["identifier"].encode(),
    }
    html = HTML(string=request["html"], base_url="report:", url_fetcher=fetcher)
    pdf_structure.mark_decorations(html.etree_element)
    document = html.render(**options)
    page_references.fill(document.pages)
    return _written(document, options)


def _written(document: Any, options: dict[str, Any]) -> bytes:
    """The PDF of a laid-out document, with both standards and its structure put right."""
    from app.reports import pdf_standards, pdf_structure  # noqa: PLC0415 - imported under the limits

    pdf_standards.claim_both(document.metadata)
    for spare in range(TRIES):
        target = BytesIO()
        document.write_pdf(target, finisher=partial(pdf_structure.finish, spare=spare), **options)
        if not pdf_standards.ends_unclearly(target.getvalue()):
            return target.getvalue()
    message = "a stream ends unclearly"
    raise ValueError(message)


def main() -> int:
    """Render the request; 0 when the PDF was written."""
    _limit()
    request = json.loads(sys.stdin.buffer.read())
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    try:
        pdf = _render(request)
    except (Exception, RecursionError, MemoryError) as failed:  # noqa: BLE001 - the parent words it for people
        sys.stderr.write(f"failed: {type(failed).__name__}: {failed}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
