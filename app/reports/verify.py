"""Is a PDF what it says? Its signature, the digests it prints, the data inside it, and every figure recomputed from them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app.errors import Invalid, NotFound
from app.i18n import gettext as _
from app.i18n import ngettext
from app.portable.read import assessed, read
from app.portable.write import to_canonical
from app.reports.embedded import (
    ASSESSMENT_NAME,
    EARLIER_ASSESSMENT_NAME,
    EARLIER_SCORECARD_NAME,
    RUBRICS_NAME,
    SCORECARD_NAME,
    BadRubrics,
    from_bytes,
    library_with,
)
from app.reports.verify_reading import NotAReport as NotAReport
from app.reports.verify_reading import Reading, Signature, read_pdf
from app.rubrics.registry import Library, canonical
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from app.web.formats import short_digest

NOT_JUDGED = ("signature", "trail")
"""Checks that a PDF alone cannot decide."""
OURS = {ASSESSMENT_NAME, SCORECARD_NAME, EARLIER_ASSESSMENT_NAME, EARLIER_SCORECARD_NAME, RUBRICS_NAME}
"""Everything that a report of ours may carry."""


class Standing(StrEnum):
    """What all checks together say."""

    GENUINE = "genuine"
    """Signed with a key that is known to be an organisation's, and nothing is wrong."""
    UNPROVEN = "unproven"
    """Nothing is wrong, but who made the file is not known."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `passed` is None when it could not be judged, and `detail` says why."""

    name: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; `whole` when every check that must hold does. `issuer` signed it, None while that is not known."""

    checks: tuple[Check, ...]
    digest: str | None
    issuer: str | None = None

    @property
    def whole(self) -> bool:
        """The embedded data, the printed digests and the figures belong together. Says nothing of who made the file."""
        return all(check.passed or (check.passed is None and check.name in NOT_JUDGED) for check in self.checks)

    @property
    def standing(self) -> Standing:
        """The result in one word."""
        if not self.whole:
            return Standing.WRONG
        return Standing.GENUINE if self.issuer else Standing.UNPROVEN


def verify(pdf: bytes, library: Library, known: Mapping[str, str] | None = None) -> Verification:
    """Check a report's PDF. `known` names who signs, by the SHA-256 of their certificate.

    Raises NotAReport when it is no PDF or carries no data of Sapa's.
    """
    found = read_pdf(pdf)
    content, card = found.attachments.get(ASSESSMENT_NAME), found.attachments.get(SCORECARD_NAME)
    if content is None or card is None:
        raise NotAReport(_("The PDF carries no assessment data: it was not made by Sapa, or the data were removed."))
    digest = hashlib.sha256(content).hexdigest()
    issuer = (known or {}).get(found.signature.fingerprint or "") if found.signature and found.signature.good else None
    checks = [_signature_check(found.signature, issuer), _attachments_check(found), _printed_check(found, digest)]
    try:
        brought = from_bytes(found.attachments[RUBRICS_NAME]) if RUBRICS_NAME in found.attachments else ()
        judged = library_with(library, brought)
    except BadRubrics as wrong:
        checks.append(Check("rubrics", passed=False, detail=wrong.message))
        return Verification(tuple(checks), f"sha256:{digest}", issuer)
    checks += [_canonical_check(content, judged), *_trail_checks(found), *_figures_checks(content, card, judged, len(brought))]
    checks += _earlier_checks(found, judged, len(brought))
    return Verification(tuple(checks), f"sha256:{digest}", issuer)


def _signature_check(signature: Signature | None, issuer: str | None) -> Check:
    if signature is None:
        told = _("the file is not signed: it says nothing of who made it")
        return Check("signature", passed=None, detail=told)
    if not signature.good:
        words = {
            "appended": _("something was added to the file after it was signed, or taken away"),
            "changed": _("the file was changed after it was signed"),
            "several": _("the file has several signatures: a report has one"),
            "stamp": _("the time stamp of the signature does not hold"),
        }
        told = words.get(signature.problem or "", _("the file is or was signed, but its signature cannot be read"))
        return Check("signature", passed=False, detail=told)
    when = _moment(signature.stamped or signature.at)
    data = {"name": issuer or signature.name, "at": when, "fingerprint": signature.fingerprint}
    if issuer:
        told = _("signed by {name}, {at}; nothing was changed since (certificate SHA-256 {fingerprint})")
        return Check("signature", passed=True, detail=told.format(**data))
    told = _(
        "nothing was changed since {at}, when it was signed by somebody who calls themselves {name}; "
        "compare the SHA-256 of their certificate with what the organisation tells you: {fingerprint}"
    )
    return Check("signature", passed=None, detail=told.format(**data))


def _moment(said: str | None) -> str:
    """When it was signed, as the signature or its time stamp says."""
    return datetime.fromisoformat(said).astimezone(UTC).strftime("%d.%m.%Y %H:%M UTC") if said else "–"


def _attachments_check(found: Reading) -> Check:
    strangers = sorted(set(found.attachments) - OURS)
    if strangers:
        told = _("the file carries something that no report has: {names}")
        return Check("attachments", passed=False, detail=told.format(names=", ".join(strangers)[:200]))
    return Check("attachments", passed=True, detail=_("the data of the report and nothing else"))


def _earlier_checks(found: Reading, library: Library, brought: int) -> list[Check]:
    """The other side of a report on what changed: the same is asked of it as of this one."""
    content, card = found.attachments.get(EARLIER_ASSESSMENT_NAME), found.attachments.get(EARLIER_SCORECARD_NAME)
    if content is None or card is None:
        if not found.compares and content is None and card is None:
            return []
        told = _("the report compares with an earlier assessment, whose data are not in it")
        return [Check("earlier assessment", passed=False, detail=told)]
    # The cover prints the digest of the later side in full: what compares prints the other one beside it, be it the same.
    beside = list(found.whole)
    later = hashlib.sha256(found.attachments[ASSESSMENT_NAME]).hexdigest()
    if later in beside:
        beside.remove(later)
    there = hashlib.sha256(content).hexdigest() in beside
    told = _("printed on the page that compares") if there else _("no page prints the digest of the earlier assessment")
    checks = [_canonical_check(content, library), *_figures_checks(content, card, library, brought)]
    named = [replace(one, name=f"earlier {one.name}") for one in checks]
    return [named[0], Check("earlier printed digest", passed=there, detail=told), *named[1:]]


def _canonical_check(content: bytes, library: Library) -> Check:
    try:
        portable = read(content, ASSESSMENT_NAME, library)
    except Invalid as wrong:
        return Check("assessment", passed=False, detail=str(wrong.findings[0]))
    whole = to_canonical(portable).encode() == content
    told = _("readable and in its canonical form") if whole else _("not in its canonical form")
    return Check("assessment", passed=whole, detail=told)


def _trail_checks(found: Reading) -> list[Check]:
    """The head of the organisation's trail at the foot of the pages; a report made from a file prints none."""
    if not found.heads:
        return []
    if len(found.heads) > 1:
        return [Check("trail", passed=False, detail=_("the pages print different heads of the trail"))]
    told = _("the trail ended at {head} when the report was made; check it with: sapa audit verify --head {head}")
    return [Check("trail", passed=None, detail=told.format(head=found.heads[0]))]


def _printed_check(found: Reading, digest: str) -> Check:
    """Every page that prints a digest must print this one; a report prints it on nearly every page."""
    if not found.printed:
        return Check("printed digest", passed=False, detail=_("no page prints a digest"))
    if set(found.printed) != {short_digest(digest).replace(" ", "")}:
        return Check(
            "printed digest", passed=False, detail=_("a page prints another digest than that of the embedded assessment")
        )
    told = ngettext("printed on {count} page", "printed on {count} pages", len(found.printed))
    return Check("printed digest", passed=True, detail=told.format(count=len(found.printed)))


def _figures_checks(content: bytes, card: bytes, library: Library, brought: int) -> list[Check]:
    try:
        embedded: Any = json.loads(card)
        portable = read(content, ASSESSMENT_NAME, library)
        again = to_json(score(assessed(portable, library, profile=embedded.get("profile"))))
        pinned = {one["rubric"]: one["digest"] for one in embedded.get("rubrics", [])}
    except (Invalid, NotFound, ValueError, AttributeError, TypeError, KeyError, RecursionError) as wrong:
        return [
            Check("figures", passed=False, detail=_("the figures cannot be recomputed: {reason}").format(reason=str(wrong)[:300]))
        ]
    known = {one["rubric"]: one["digest"] for one in again["rubrics"]}
    told = _("the pinned rubrics are those of this library")
    if brought:
        told = _("the pinned rubrics are those of this library, and those of the organisation's own that came along in the file")
    if pinned != known:
        told = _("the report was made with rubrics of other content than this library's")
    editions = Check("rubrics", passed=pinned == known, detail=told)
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
