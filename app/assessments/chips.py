"""Filters of criteria as chips in the URL: several leave what all of them leave. Counts are of each chip alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from app.assessments.models import Answer, EvidenceLink, StoredScore
from app.assessments.panels import Asked, Chip
from app.evidence.models import EvidenceItem
from app.i18n import gettext as _

NAME = "show"
"""What the filters are called in the URL."""


@dataclass(frozen=True, slots=True)
class ShownChip:
    """A chip on the page: how many criteria it leaves, whether it is on, and the query that turns it."""

    key: str
    words: str
    count: int
    is_on: bool
    query: str


def scored(asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    """(reference, stored score) of every criterion."""
    for rubric in asked.once(_scorecard)["rubrics"]:
        for standard in rubric["standards"]:
            yield from ((f"{rubric['rubric']}:{one['id']}", one) for one in standard["criteria"])


def _scorecard(asked: Asked) -> dict[str, Any]:
    return asked.session.get_one(StoredScore, asked.assessment.id).scorecard


def _where(test: Callable[[dict[str, Any]], bool]) -> Callable[[Asked], frozenset[str]]:
    return lambda asked: frozenset(name for name, one in scored(asked) if test(one))


def _without_evidence(asked: Asked) -> frozenset[str]:
    """Answered with a level, and nothing is linked."""
    rows = select(Answer.criterion).where(Answer.assessment_id == asked.assessment.id)
    linked = frozenset(asked.session.scalars(rows.join(EvidenceLink, EvidenceLink.answer_id == Answer.id).distinct()))
    return frozenset(name for name, one in scored(asked) if one["state"] == "answered") - linked


def _expired(asked: Asked) -> frozenset[str]:
    """What cites an item that had expired on the reference date."""
    rows = (
        select(Answer.criterion)
        .join(EvidenceLink, EvidenceLink.answer_id == Answer.id)
        .join(EvidenceItem, EvidenceItem.id == EvidenceLink.item_id)
        .where(Answer.assessment_id == asked.assessment.id, EvidenceItem.valid_until < asked.assessment.date)
    )
    return frozenset(asked.session.scalars(rows.distinct()))


def _to_confirm(asked: Asked) -> frozenset[str]:
    rows = select(Answer.criterion).where(Answer.assessment_id == asked.assessment.id, Answer.to_confirm.is_(True))
    return frozenset(asked.session.scalars(rows))


CORE = (
    Chip("unanswered", lambda: _("Not answered"), _where(lambda one: one["state"] == "unanswered")),
    Chip("without_evidence", lambda: _("Without evidence"), _without_evidence),
    Chip("evidence_gap", lambda: _("Proof is missing"), _where(lambda one: one["cause"] in {"evidence", "both"})),
    Chip("expired", lambda: _("Expired evidence"), _expired),
    Chip("blockers", lambda: _("Blockers"), _where(lambda one: one["blocker"])),
    Chip("to_confirm", lambda: _("To be confirmed"), _to_confirm),
)
"""The chips that answers alone decide."""


def wanted(asked_for: Iterable[str], chips: Sequence[Chip]) -> tuple[Chip, ...]:
    """The chips that are asked for, in their own order; what no chip is called is left out."""
    names = set(asked_for)
    return tuple(one for one in chips if one.key in names)


def left_by(chosen: Sequence[Chip], asked: Asked) -> frozenset[str] | None:
    """The criteria that all chosen chips leave; None when none is chosen."""
    if not chosen:
        return None
    first, *rest = (asked.once(one.pick) for one in chosen)
    return first.intersection(*rest)


def query_of(chosen: Iterable[Chip]) -> str:
    """The query that asks for these chips, with its question mark; empty for none."""
    pairs = [(NAME, one.key) for one in chosen]
    return f"?{urlencode(pairs)}" if pairs else ""


def shown(chips: Sequence[Chip], chosen: Sequence[Chip], asked: Asked) -> tuple[ShownChip, ...]:
    """Every chip as the page shows it; one that leaves nothing is shown too, with its 0."""
    return tuple(
        ShownChip(
            one.key,
            one.words(),
            len(asked.once(one.pick)),
            one in chosen,
            query_of([other for other in chips if (other in chosen) is not (other is one)]),
        )
        for one in chips
    )
