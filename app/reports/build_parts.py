"""Small parts of the report: names for links, cited evidence, the next step. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.portable.model import Portable, PortableAnswer, PortableEvidence
from app.reports.model import CitedEvidence, NextStep
from app.rubrics.model import Criterion, Nature, in_language
from app.rubrics.registry import Library
from app.scoring.answers import Evidence, cap
from app.scoring.gaps import Cause
from app.scoring.scorecard import CriterionScore


@dataclass(frozen=True, slots=True)
class Sources:
    """What a report is made from."""

    portable: Portable
    library: Library
    language: str

    def text(self, text: Mapping[Any, str]) -> str:
        """A text of the library or the assessment in the report's language."""
        return in_language(text, self.language)

    def criterion(self, reference: str) -> Criterion:
        """The criterion `rubric:criterion` in the edition that is assessed."""
        rubric_id, _colon, criterion_id = reference.partition(":")
        edition = next(one for one in self.portable.rubrics if one.partition("@")[0] == rubric_id)
        return self.library.rubric(edition).by_id[criterion_id]

    def kind_label(self, kind_id: str) -> str:
        """The label of an evidence kind."""
        return next(self.text(kind.label) for kind in self.library.kinds.kinds if kind.id == kind_id)

    def nature(self, kind_id: str) -> Nature:
        """The nature of an evidence kind."""
        return next(kind.nature for kind in self.library.kinds.kinds if kind.id == kind_id)


def anchor_of(reference: str, prefix: str = "c") -> str:
    """A name for links inside the document, from letters, digits and hyphens only."""
    return f"{prefix}-" + re.sub(r"[^A-Za-z0-9]+", "-", reference).strip("-")


def problem_of(sources: Sources, item: PortableEvidence) -> str | None:
    """Why an item does not count on the reference date; None when it does."""
    seen = Evidence(sources.nature(item.kind), item.status, item.valid_from, item.valid_until)
    return seen.problem_on(sources.portable.date)


def cited(sources: Sources, answer: PortableAnswer) -> tuple[CitedEvidence, ...]:
    """The evidence an answer cites, in its order."""
    found = []
    for citation in answer.evidence:
        item = sources.portable.evidence[citation.id]
        problem = problem_of(sources, item)
        found.append(
            CitedEvidence(
                id=citation.id,
                title=item.title,
                kind=sources.kind_label(item.kind),
                nature=sources.nature(item.kind).value,
                where=citation.where,
                proves=citation.proves,
                valid=problem is None,
                problem=problem,
                version=citation.version,
                sha256=citation.sha256,
            )
        )
    return tuple(found)


def next_step(scored: CriterionScore, levels: tuple[str, ...]) -> NextStep | None:
    """What to do about a criterion's gap; None when there is none."""
    if not scored.gap or scored.target is None:
        return None
    reached = scored.substantiated or 0
    if scored.cause is Cause.EVIDENCE:
        return NextStep(scored.target, levels[scored.target], _missing(scored.cap or 1))
    level = min(max(reached, scored.claimed or 0) + 1, scored.target)
    return NextStep(level, levels[level], _missing(scored.cap or 1) if scored.cause is Cause.BOTH else ())


def _missing(reached: int) -> tuple[str, ...]:
    """The natures any of which would lift the cap above `reached`."""
    by_cap = {
        1: frozenset[Nature](),
        2: frozenset({Nature.DOCUMENT}),
        3: frozenset({Nature.RECORD}),
    }
    have = by_cap.get(reached, frozenset(Nature))
    return tuple(nature.value for nature in Nature if cap(have | {nature}) > reached)
