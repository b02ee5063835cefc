"""Small rubrics and assessments for tests of the method."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from app.rubrics.crosswalk import Crosswalk
from app.rubrics.model import Component, Criterion, Nature, Profile, Rubric, Scale, Source, Standard
from app.scoring.answers import Action, Answer, Assessed

DAY = date(2026, 11, 1)
DOCUMENT, RECORD, RESULT = frozenset({Nature.DOCUMENT}), frozenset({Nature.RECORD}), frozenset({Nature.RESULT})
EVERY_NATURE = DOCUMENT | RECORD | RESULT
TEXT = {"en": "text"}
SCALE = Scale.model_validate(
    {
        "format": "sapa-scale/1",
        "id": "bands",
        "title": TEXT,
        "indicative_of": None,
        "cap_when_mandatory_fails": "partial",
        "bands": [
            {"id": "none", "from": 0, "label": TEXT},
            {"id": "partial", "from": 25, "label": TEXT},
            {"id": "substantial", "from": 50, "label": TEXT},
            {"id": "full", "from": 75, "label": TEXT},
        ],
    }
)


def criterion(name: str, **changes: Any) -> Criterion:
    """A criterion; `changes` are its other fields."""
    fields = {"id": name, "code": name, "question": TEXT, "guidance": TEXT, "levels": (TEXT,) * 5}
    return Criterion.model_validate({**fields, "basis": [{"ref": "own analysis", "confidence": "own"}], **changes})


def standard(name: str, *criteria: Criterion, weight: Any = 1) -> Standard:
    """A standard of these criteria."""
    return Standard(id=name, number=name, title=TEXT, intent=TEXT, weight=Fraction(weight), criteria=criteria)


def rubric(name: str, *standards: Standard) -> Rubric:
    """Edition 1 of a rubric."""
    source = Source(title=TEXT, publisher="test", year=2026, status="in_force", checked=DAY, wording=TEXT)
    return Rubric(format="sapa-rubric/1", id=name, edition="1", languages=("en",), of=source, standards=standards)


def profile(*components: tuple[str | tuple[str, ...], int], target: int = 3) -> Profile:
    """A profile with thresholds 75 and 55."""
    return Profile(
        format="sapa-profile/1",
        id="test",
        title=TEXT,
        components=tuple(Component(rubric=name, weight=Fraction(weight)) for name, weight in components),
        target=target,
        scale="bands",
        ready_from=75,
        conditional_from=55,
    )


def crosswalk(source: str, target: str, *entries: tuple[str, Sequence[str], str]) -> Crosswalk:
    """A crosswalk of (target criterion, source criteria, strength)."""
    listed = [{"target": one, "sources": list(sources), "strength": how, "residual": TEXT} for one, sources, how in entries]
    basis = {"ref": "own analysis", "reviewed_by": None}
    return Crosswalk.model_validate(
        {"format": "sapa-crosswalk/1", "source": source, "target": target, "basis": basis, "entries": listed}
    )


def assessed(
    *rubrics: Rubric,
    answers: Mapping[str, Answer],
    profile: Profile,
    targets: Mapping[str, int] | None = None,
    crosswalks: Sequence[Crosswalk] = (),
    actions: Sequence[Action] = (),
) -> Assessed:
    """An assessment of these rubrics."""
    return Assessed(
        date=DAY,
        profile=profile,
        scale=SCALE,
        rubrics=rubrics,
        answers=answers,
        targets=targets or {},
        crosswalks=tuple(crosswalks),
        actions=tuple(actions),
    )
