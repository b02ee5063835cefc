"""A portable assessment from a file, checked; and from it what the method needs."""

from datetime import date
from pathlib import Path

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.portable.check import check
from app.portable.model import Portable, PortableAnswer
from app.rubrics import strict_yaml
from app.rubrics.findings import validated
from app.rubrics.model import Nature, Rubric
from app.rubrics.registry import Library
from app.scoring.answers import Action, Answer, Assessed, Evidence, natures_of

MAX_BYTES = 5_000_000


def read(content: bytes, name: str, library: Library) -> Portable:
    """The assessment in a file's bytes; `name` decides between YAML and JSON and stands in findings.

    Raises Invalid with every finding: what, where (line and column), and what to do.
    """
    document = strict_yaml.read(content, name, MAX_BYTES)
    portable = validated(Portable, document)
    findings = check(portable, document, library)
    if findings:
        raise Invalid(findings)
    return portable


def read_path(path: Path, library: Library) -> Portable:
    """As `read`, from a path. Raises Invalid, also when the file cannot be read."""
    try:
        # One byte over the limit is enough to know that a file is too large, however large it is.
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as wrong:
        problem = _("the file cannot be read ({reason})").format(reason=wrong.strerror or "")
        raise Invalid([Finding(str(path), 0, 0, "", problem, _("check its name and its permissions"))]) from wrong
    return read(content, str(path), library)


def rubrics_of(portable: Portable, library: Library) -> tuple[Rubric, ...]:
    """The assessed rubrics in the file's order. Raises NotFound for one the library lacks."""
    return tuple(library.rubric(reference) for reference in portable.rubrics)


def assessed(portable: Portable, library: Library, profile: str | None = None) -> Assessed:
    """What the method needs of the assessment; `profile` takes the place of the file's own. Raises NotFound."""
    chosen = library.profile(profile or portable.profile)
    rubrics = rubrics_of(portable, library)
    items = evidence_of(portable, library.natures())
    return Assessed(
        date=portable.date,
        profile=chosen,
        scale=library.scale_of(chosen),
        rubrics=rubrics,
        digests={rubric.reference: library.digests[rubric.reference] for rubric in rubrics},
        answers={
            reference: made
            for reference, answer in portable.answers.items()
            if (made := _answer(answer, items, portable.date)) is not None
        },
        targets=portable.targets,
        crosswalks=tuple(library.crosswalks_among(rubric.id for rubric in rubrics)),
        actions=tuple(
            Action(criterion, one.owner is not None, one.due is not None, one.is_live)
            for one in portable.actions
            for criterion in one.every_criterion
        ),
    )


def evidence_of(portable: Portable, natures: dict[str, Nature]) -> dict[str, Evidence]:
    """Each evidence item as the method sees it."""
    return {
        name: Evidence(natures[item.kind], item.status, item.valid_from, item.valid_until)
        for name, item in portable.evidence.items()
    }


def _answer(answer: PortableAnswer, items: dict[str, Evidence], day: date) -> Answer | None:
    """None while there is neither a level nor a justification: a comment alone does not answer."""
    if answer.not_applicable is not None:
        return Answer(None)
    if answer.level is None:
        return None
    return Answer(answer.level, natures_of((items[citation.id] for citation in answer.evidence), day))
