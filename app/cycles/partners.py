"""What the crosswalks' partners of a criterion say in the same assessment."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.assessments.answers import rubrics_of
from app.assessments.models import StoredScore
from app.assessments.panels import Asked
from app.i18n import current
from app.rubrics.crosswalk import Crosswalk, Strength
from app.rubrics.model import in_language


@dataclass(frozen=True, slots=True)
class Partner:
    """A criterion that a crosswalk connects with this one, and how it is answered. `serves`: it serves this one."""

    reference: str
    code: str
    rubric: str
    claimed: int | None
    substantiated: int | None
    full: bool
    serves: bool


@dataclass(frozen=True, slots=True)
class PartnersPanel:
    """The answered partners of a criterion."""

    path: str
    partners: tuple[Partner, ...]


def connected(crosswalk: Crosswalk, reference: str) -> Iterator[tuple[str, Strength, bool]]:
    """(partner, strength, whether the partner serves this criterion) for each mapping from or to a criterion."""
    for entry in crosswalk.entries:
        if entry.strength is Strength.NONE:
            continue
        target = f"{crosswalk.target}:{entry.target}"
        sources = [f"{crosswalk.source}:{one}" for one in entry.sources]
        if reference == target:
            yield from ((one, entry.strength, True) for one in sources)
        if reference in sources:
            yield target, entry.strength, False


def partners_panel(asked: Asked) -> PartnersPanel | None:
    """The partners that are answered in this assessment; None when there are none."""
    if asked.reference is None:
        return None
    rubrics = rubrics_of(asked.session, asked.library, asked.assessment)
    found = [
        one
        for crosswalk in asked.library.crosswalks_among(rubric.id for rubric in rubrics)
        for one in connected(crosswalk, asked.reference)
    ]
    if not found:
        return None
    stored = asked.session.get_one(StoredScore, asked.assessment.id)
    scored = {
        f"{card['rubric']}:{one['id']}": one
        for card in stored.scorecard["rubrics"]
        for standard in card["standards"]
        for one in standard["criteria"]
        if one["claimed"] is not None
    }
    titles = {rubric.id: in_language(rubric.of.title, current()) for rubric in rubrics}
    partners = tuple(
        Partner(
            reference=name,
            code=scored[name]["code"],
            rubric=titles[name.partition(":")[0]],
            claimed=scored[name]["claimed"],
            substantiated=scored[name]["substantiated"],
            full=strength is Strength.FULL,
            serves=serves,
        )
        for name, strength, serves in dict.fromkeys(found)
        if name in scored
    )
    return PartnersPanel(f"/assessments/{asked.assessment.id}", partners) if partners else None
