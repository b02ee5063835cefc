"""Moving a self-assessment to another edition of a rubric. Pure: nothing of the old assessment is changed or lost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.portable.model import Citation, Portable, PortableAction, PortableAnswer, Rater
from app.rubrics.editions import EditionMap, Step
from app.rubrics.model import Rubric

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would do, by criteria of the newer edition; `ended` are answered criteria of the older that go nowhere."""

    carried: tuple[str, ...]
    to_confirm: tuple[str, ...]
    left_open: tuple[str, ...]
    ended: tuple[str, ...]


def preview(portable: Portable, editions: EditionMap) -> Preview:
    """What `move` would carry, carry to be confirmed, and leave open."""
    moved = _answers(portable, editions)
    prefix = f"{editions.newer.id}:"
    carried, to_confirm, left_open = [], [], []
    for step in editions.steps:
        answer = moved.get(prefix + step.criterion.id)
        if answer is None or (answer.level is None and answer.not_applicable is None):
            left_open.append(step.criterion.id)
        elif step.to_confirm:
            to_confirm.append(step.criterion.id)
        else:
            carried.append(step.criterion.id)
    ended = tuple(name for name in editions.ended if f"{editions.older.id}:{name}" in portable.answers)
    return Preview(tuple(carried), tuple(to_confirm), tuple(left_open), ended)


def move(portable: Portable, editions: EditionMap) -> Portable:
    """The assessment on the newer edition.

    An answer moves with its criterion; one whose criterion was reworded, extended or merged is to be confirmed. A merge takes
    the lowest level and the evidence of all. What is new, or the second half of a split, has no level; evidence always follows.
    """
    old, new = editions.older.reference, editions.newer.reference
    others = {name: answer for name, answer in portable.answers.items() if not _belongs(name, editions)}
    return portable.model_copy(
        update={
            "rubrics": tuple(new if one == old else one for one in portable.rubrics),
            "answers": {**others, **_answers(portable, editions)},
            "targets": _renamed(portable.targets, editions, max),
            "actions": tuple(_action(action, editions) for action in portable.actions),
            "raters": {
                name: Rater(role=rater.role, levels=_renamed(rater.levels, editions, min))
                for name, rater in portable.raters.items()
            },
        }
    )


def only_changes(moved: Portable, newer: Rubric, part: Rubric, profile: str) -> Portable:
    """The moved assessment restricted to `part`, the rubric of what `newer` changed. The evidence stays whole."""
    names = {f"{newer.id}:{one.id}": f"{part.id}:{one.id}" for one in part.criteria()}
    return moved.model_copy(
        update={
            "profile": profile,
            "rubrics": (part.reference,),
            "answers": {names[name]: answer for name, answer in moved.answers.items() if name in names},
            "targets": {names[name]: target for name, target in moved.targets.items() if name in names},
            "actions": tuple(
                _serving(one, [names[name] for name in one.every_criterion if name in names])
                for one in moved.actions
                if not names.keys().isdisjoint(one.every_criterion)
            ),
            "raters": {
                name: Rater(role=rater.role, levels={names[key]: level for key, level in rater.levels.items() if key in names})
                for name, rater in moved.raters.items()
            },
        }
    )


def _belongs(name: str, editions: EditionMap) -> bool:
    return name.partition(":")[0] == editions.older.id


def _answers(portable: Portable, editions: EditionMap) -> dict[str, PortableAnswer]:
    found = {}
    for step in editions.steps:
        sources = [
            (name, portable.answers[key]) for name in step.origin if (key := f"{editions.older.id}:{name}") in portable.answers
        ]
        if sources:
            found[f"{editions.newer.id}:{step.criterion.id}"] = merged(step, sources)
    return found


def merged(step: Step, sources: list[tuple[str, PortableAnswer]]) -> PortableAnswer:
    """The answer to a criterion that continues these; several are joined as `move` says."""
    evidence = _all_evidence(answer for _name, answer in sources)
    if not step.carries_level:
        return PortableAnswer(evidence=evidence)
    levels = [answer.level for _name, answer in sources if answer.level is not None]
    reasons = [(name, answer.not_applicable) for name, answer in sources]
    confirmed = not step.to_confirm and not any(answer.to_confirm for _name, answer in sources)
    return PortableAnswer(
        level=min(levels) if levels else None,
        not_applicable=None if levels else _joined(reasons),
        comment=_joined((name, answer.comment) for name, answer in sources),
        strengths=_joined((name, answer.strengths) for name, answer in sources),
        next_step=_joined((name, answer.next_step) for name, answer in sources),
        evidence=evidence,
        to_confirm=not confirmed,
    )


def _joined(texts: Iterable[tuple[str, str | None]]) -> str | None:
    """The texts that exist; where there are several, each with the criterion it was written for."""
    known = [(name, text) for name, text in texts if text]
    if len(known) <= 1:
        return known[0][1] if known else None
    return "\n\n".join(f"{name}: {text}" for name, text in known)


def _all_evidence(answers: Iterable[PortableAnswer]) -> tuple[Citation, ...]:
    """Each citation once, in order; an item that is cited with a place is not cited without one as well."""
    every = list(dict.fromkeys(citation for answer in answers for citation in answer.evidence))
    placed = {one.id for one in every if one.where is not None}
    return tuple(one for one in every if one.where is not None or one.id not in placed)


def _renamed(values: Mapping[str, Value], editions: EditionMap, choose: Callable[..., Value]) -> dict[str, Value]:
    """The values by the newer edition's criteria; where several meet, the one that is chosen."""
    found = {name: value for name, value in values.items() if not _belongs(name, editions)}
    for step in editions.steps:
        sources = [values[key] for name in step.origin if (key := f"{editions.older.id}:{name}") in values]
        if sources and step.carries_level:
            found[f"{editions.newer.id}:{step.criterion.id}"] = choose(sources)
    return found


def _action(action: PortableAction, editions: EditionMap) -> PortableAction:
    """The action under the first criterion that continues each of its own; where none does, under the rubric's first one."""
    return _serving(action, [_heir(name, editions) for name in action.every_criterion])


def _heir(reference: str, editions: EditionMap) -> str:
    if not _belongs(reference, editions):
        return reference
    name = reference.partition(":")[2]
    heirs = [step.criterion.id for step in editions.steps if name in step.origin]
    heir = name if name in heirs else next(iter(heirs), editions.steps[0].criterion.id)
    return f"{editions.newer.id}:{heir}"


def _serving(action: PortableAction, criteria: Iterable[str]) -> PortableAction:
    """The action with these criteria, each once."""
    first, *further = dict.fromkeys(criteria)
    return action.model_copy(update={"criterion": first, "criteria": tuple(further)})
