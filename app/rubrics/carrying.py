"""What continues what between an edition and the one it extends, and crosswalks carried over by it."""

from app.rubrics.crosswalk import Crosswalk, Strength
from app.rubrics.model import Change, Criterion, Rubric


def carries_level(criterion: Criterion) -> bool:
    """Whether the level of an answer moves along from the base: not to what is new, nor to the second half of a split."""
    if not criterion.origin or criterion.change is Change.NEW:
        return False
    return criterion.change is not Change.SPLIT or criterion.id in criterion.origin


def heirs(rubric: Rubric, base: str, criterion: str) -> tuple[str, ...]:
    """The criteria of `rubric` that continue a criterion of `base`: the rubric itself or the one it extends."""
    if rubric.id == base:
        return (criterion,)
    return tuple(one.id for one in rubric.criteria() if carries_level(one) and criterion in one.origin)


def between(crosswalk: Crosswalk, source: Rubric, target: Rubric) -> Crosswalk:
    """The crosswalk for these rubrics: for editions that extend its own, by way of what became of each criterion."""
    if (source.id, target.id) == (crosswalk.source, crosswalk.target):
        return crosswalk
    entries = []
    for entry in crosswalk.entries:
        sources = tuple(dict.fromkeys(new for old in entry.sources for new in heirs(source, crosswalk.source, old)))
        update = {"sources": sources, "strength": entry.strength if sources else Strength.NONE}
        entries += [entry.model_copy(update={**update, "target": new}) for new in heirs(target, crosswalk.target, entry.target)]
    return crosswalk.model_copy(update={"source": source.id, "target": target.id, "entries": tuple(entries)})
