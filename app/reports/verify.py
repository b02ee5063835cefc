"""Is a PDF what it says? Reads the embedded data back, compares their digest with the printed one, recomputes every figure."""

import hashlib
import json
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2

from app.errors import Invalid, NotFound, Problem
from app.i18n import gettext as _
from app.i18n import ngettext
from app.portable.read import MAX_BYTES, assessed, read
from app.portable.write import to_canonical
from app.rubrics.registry import Library, canonical
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from app.web.formats import short_digest

ASSESSMENT_NAME = "sapa-assessment.json"
SCORECARD_NAME = "sapa-scorecard.json"
_PRINTED = re.compile(r"SHA-256\s+((?:[0-9a-f]{4}\s){3}[0-9a-f]{4})(?![0-9a-f])")


_HEAD = re.compile(_PRINTED.pattern + r"\s+·\s+\w+\s+(\d+:\d+:)\s*((?:[0-9a-f]{4}\s+){3}[0-9a-f]{4})(?![0-9a-f])")
NOT_JUDGED = ("signature", "trail")
"""Checks that a PDF alone cannot decide."""


class NotAReport(Problem):
    """The file is no PDF that Sapa made."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `passed` is None when it could not be judged, and `detail` says why."""

    name: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; `whole` when every check that must hold does."""

    checks: tuple[Check, ...]
    digest: str | None

    @property
    def whole(self) -> bool:
        """The embedded data, the printed digests and the figures belong together. Says nothing of who made the file."""
        return all(check.passed or (check.passed is None and check.name in NOT_JUDGED) for check in self.checks)


def verify(pdf: bytes, library: Library) -> Verification:
    """Check a report's PDF. Raises NotAReport when it is no PDF or carries no data of Sapa's."""
    embedded = _attachments(pdf)
    content = embedded.get(ASSESSMENT_NAME)
    card = embedded.get(SCORECARD_NAME)
    if content is None or card is None:
        raise NotAReport(_("The PDF carries no assessment data: it was not made by Sapa, or the data were removed."))
    digest = hashlib.sha256(content).hexdigest()
    pages = _texts(pdf)
    checks = [
        _canonical_check(content, library),
        _printed_check(pages, digest),
        *_trail_checks(pages),
        *_figures_checks(content, card, library),
        Check("signature", passed=None, detail=_("the file is not signed")),
    ]
    return Verification(tuple(checks), f"sha256:{digest}")


def _attachments(pdf: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            for spec in document.attachments.values():
                name = spec.filename
                if name in found:
                    raise NotAReport(_("The PDF carries {name} twice.").format(name=name))
                found[name] = spec.get_file().read_bytes()[: MAX_BYTES + 1]
    except (pikepdf.PdfError, ValueError, KeyError, RuntimeError) as wrong:
        raise NotAReport(_("The file cannot be read as a PDF.")) from wrong
    return found


def _canonical_check(content: bytes, library: Library) -> Check:
    try:
        portable = read(content, ASSESSMENT_NAME, library)
    except Invalid as wrong:
        return Check("assessment", passed=False, detail=str(wrong.findings[0]))
    whole = to_canonical(portable).encode() == content
    told = _("readable and in its canonical form") if whole else _("not in its canonical form")
    return Check("assessment", passed=whole, detail=told)


def _texts(pdf: bytes) -> list[str]:
    """What is printed on each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def _trail_checks(pages: list[str]) -> list[Check]:
    """The head of the organisation's trail at the foot of the pages; a report made from a file prints none."""
    shown = {number + re.sub(r"\s", "", digest) for page in pages for _assessment, number, digest in _HEAD.findall(page)}
    if not shown:
        return []
    if len(shown) > 1:
        return [Check("trail", passed=False, detail=_("the pages print different heads of the trail"))]
    told = _("the trail ended at {head} when the report was made; check it with: sapa audit verify --head {head}")
    return [Check("trail", passed=None, detail=told.format(head=shown.pop()))]


def _printed_check(pages: list[str], digest: str) -> Check:
    """Every page that prints a digest must print this one; a report prints it on nearly every page."""
    wanted = short_digest(digest).replace(" ", "")
    printed = [found for page in pages for found in _PRINTED.findall(page)]
    shown = {re.sub(r"\s", "", one) for one in printed}
    if not shown:
        return Check("printed digest", passed=False, detail=_("no page prints a digest"))
    if shown != {wanted}:
        return Check(
            "printed digest", passed=False, detail=_("a page prints another digest than that of the embedded assessment")
        )
    told = ngettext("printed on {count} page", "printed on {count} pages", len(printed))
    return Check("printed digest", passed=True, detail=told.format(count=len(printed)))


def _figures_checks(content: bytes, card: bytes, library: Library) -> list[Check]:
    try:
        embedded: Any = json.loads(card)
        portable = read(content, ASSESSMENT_NAME, library)
        again = to_json(score(assessed(portable, library, profile=embedded.get("profile"))))
    except (Invalid, NotFound, ValueError, AttributeError) as wrong:
        return [
            Check("figures", passed=False, detail=_("the figures cannot be recomputed: {reason}").format(reason=str(wrong)[:300]))
        ]
    pinned = {one["rubric"]: one["digest"] for one in embedded.get("rubrics", [])}
    known = {one["rubric"]: one["digest"] for one in again["rubrics"]}
    editions = Check("rubrics", passed=pinned == known, detail=_("the pinned rubrics are those of this library"))
    if pinned != known:
        editions = Check(
            "rubrics", passed=False, detail=_("the report was made with rubrics of other content than this library's")
        )
    same = canonical(again) == canonical(embedded)
    told = _("every figure was recomputed and is the same") if same else _first_difference(embedded, again)
    return [editions, Check("figures", passed=same, detail=told)]


def _first_difference(embedded: Any, again: Any, path: str = "") -> str:
    """Where the embedded scorecard first departs from the recomputed one."""
    if isinstance(embedded, dict) and isinstance(again, dict):
        for key in sorted({*embedded, *again}):
            if embedded.get(key) != again.get(key):
                return _first_difference(embedded.get(key), again.get(key), f"{path}.{key}".lstrip("."))
    if isinstance(embedded, list) and isinstance(again, list) and len(embedded) == len(again):
        for index, (left, right) in enumerate(zip(embedded, again, strict=True)):
            if left != right:
                return _first_difference(left, right, f"{path}.{index}")
    told = _("{path}: the file says {embedded}, recomputed {again}")
    return told.format(path=path, embedded=str(embedded)[:80], again=str(again)[:80])
