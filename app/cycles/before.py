"""How criteria were answered in the assessment before, whichever edition it used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.assessments.answers import rubrics_of
from app.assessments.models import Answer, Assessment
from app.cycles import access
from app.evidence.models import EvidenceItem
from app.portable.model import Citation, PortableAnswer
from app.portable.moving import merged
from app.rubrics.carrying import heirs
from app.rubrics.editions import Step
from app.rubrics.model import Criterion, Rubric
from app.rubrics.registry import Library

Version = tuple[int | None, str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A criterion of the assessment before, with its levels as they were scored; None where there is none."""

    reference: str
    code: str
    claimed: int | None
    substantiated: int | None


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before where a criterion stands now: as one answer, the items it cites, and the criteria it comes from."""

    answer: PortableAnswer
    items: Mapping[str, EvidenceItem]
    versions: Mapping[tuple[str, str | None], Version]
    """The version of the file that each citation (code, where) means: its pages are those of that version."""
    sources: tuple[Source, ...]

    @property
    def says_something(self) -> bool:
        """Whether there is a level, a justification or a text to carry."""
        one = self.answer
        return one.level is not None or any((one.not_applicable, one.comment, one.strengths, one.next_step))


def origins(now: Rubric, then: Rubric, criterion: str) -> tuple[str, ...]:
    """The criteria of an earlier rubric that one continues: of the same rubric, or of the edition that it extends."""
    if then.id not in (now.id, (now.extends or "").partition("@")[0]):
        return ()
    return tuple(name for name in then.by_id if criterion in heirs(now, then.id, name))


def _step(criterion: Criterion, now: Rubric, then: Rubric) -> Step | None:
    names = origins(now, then, criterion.id)
    return Step(criterion, criterion.change, names) if names else None


def before(
    session: Session, library: Library, assessment: Assessment, previous: Assessment, references: Iterable[str]
) -> dict[str, Before]:
    """The answers before to these criteria of the assessment. The caller may read both."""
    earlier = rubrics_of(session, library, previous)
    steps: dict[str, tuple[Step, Rubric, bool]] = {}
    wanted = set(references)
    for rubric in rubrics_of(session, library, assessment):
        for criterion in rubric.criteria():
            reference = f"{rubric.id}:{criterion.id}"
            if reference in wanted:
                # In the same rubric a criterion continues itself, whatever it once came from.
                found = ((_step(criterion, rubric, then), then, then.id == rubric.id) for then in earlier)
                first = next(((step, then, same) for step, then, same in found if step is not None), None)
                if first is not None:
                    steps[reference] = first
    names = [f"{then.id}:{name}" for step, then, _same in steps.values() for name in step.origin]
    rows, scored = access.answers(session, previous, names), _scored(previous)
    return {
        reference: _before(step, then, rows, scored, same=same)
        for reference, (step, then, same) in steps.items()
        if any(f"{then.id}:{name}" in rows for name in step.origin)
    }


def _before(
    step: Step, then: Rubric, rows: Mapping[str, Answer], scored: Mapping[str, tuple[int | None, int | None]], *, same: bool
) -> Before:
    found = {name: rows[key] for name in step.origin if (key := f"{then.id}:{name}") in rows}
    sources = tuple(
        Source(f"{then.id}:{name}", then.by_id[name].code, *scored.get(f"{then.id}:{name}", (None, None))) for name in found
    )
    links = [link for row in found.values() for link in row.links]
    items = {link.item.code: link.item for link in links}
    versions = {(link.item.code, link.where): (link.cited_version, link.cited_sha256) for link in links}
    written = [(name, _as_written(row)) for name, row in found.items()]
    return Before(written[0][1] if same else merged(step, written), items, versions, sources)


def _as_written(row: Answer) -> PortableAnswer:
    evidence = tuple(Citation(id=link.item.code, where=link.where, proves=link.proves) for link in row.links)
    fields = {name: getattr(row, name) for name in PortableAnswer.model_fields if name != "evidence"}
    return PortableAnswer(evidence=evidence, **fields)


def _scored(assessment: Assessment) -> dict[str, tuple[int | None, int | None]]:
    """Claimed and substantiated level of each criterion, as stored."""
    card = assessment.score.scorecard if assessment.score else {"rubrics": []}
    return {
        f"{rubric['rubric']}:{one['id']}": (one["claimed"], one["substantiated"])
        for rubric in card["rubrics"]
        for standard in rubric["standards"]
        for one in standard["criteria"]
    }
