"""Between rows and the portable file: import and export."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.assessments import access, cited, trail
from app.assessments.answers import store_rubric, store_score
from app.assessments.models import (
    Answer,
    AnswerChange,
    Assessment,
    EvidenceLink,
    GatheredEvidence,
    PinnedRubric,
    PlannedAction,
)
from app.assessments.service import content_of
from app.evidence import access as evidence
from app.evidence.confidentiality import Confidentiality
from app.evidence.models import EvidenceItem
from app.portable.model import (
    FORMAT,
    Citation,
    Portable,
    PortableAction,
    PortableAnswer,
    PortableEvidence,
)
from app.portable.read import rubrics_of
from app.portable.veil import veiled
from app.rubrics.registry import Library
from app.scoring.answers import EvidenceStatus

_ACTION_FIELDS = tuple(PortableAction.model_fields)
_FIELDS = (
    "title",
    "kind",
    "date",
    "valid_from",
    "valid_until",
    "language",
    "url",
    "sha256",
    "file",
    "seen_on",
    "withdrawn_because",
)


def to_portable(session: Session, assessment: Assessment) -> Portable:
    """The assessment as a portable file has it: an approved one as it was approved, whatever became of its evidence."""
    if assessment.frozen_at is not None and (frozen := access.last_snapshot(session, assessment)) is not None:
        return Portable.model_validate_json(frozen.content)
    return as_it_stands(session, assessment)


def to_portable_for(session: Session, actor: Actor, assessment: Assessment) -> Portable:
    """As `to_portable`, as far as the person may see it: of confidential evidence only that it is there."""
    return veiled(to_portable(session, assessment), cited.hidden_codes(session, actor, assessment))


def as_it_stands(session: Session, assessment: Assessment) -> Portable:
    """The portable file of the rows as they are now."""
    items = access.gathered(session, assessment)
    return Portable.model_validate(
        {
            "format": FORMAT,
            "title": assessment.title,
            "institution": assessment.institution,
            "programme": assessment.programme,
            "date": assessment.date,
            "profile": assessment.profile,
            "rubrics": [one.reference for one in assessment.rubrics],
            "targets": assessment.targets,
            "answers": {answer.criterion: _answer(answer) for answer in access.all_answers(session, assessment)},
            "evidence": {item.code: _evidence(item) for item in items},
            "actions": [_action(action) for action in access.actions(session, assessment)],
            "raters": assessment.raters,
        }
    )


def _answer(answer: Answer) -> PortableAnswer:
    return PortableAnswer(
        level=answer.level,
        not_applicable=answer.not_applicable,
        comment=answer.comment,
        strengths=answer.strengths,
        next_step=answer.next_step,
        to_confirm=answer.to_confirm,
        evidence=tuple(_citation(link) for link in answer.links),
    )


def _citation(link: EvidenceLink) -> Citation:
    said = {"id": link.item.code, "where": link.where, "proves": link.proves}
    return Citation.model_validate({**said, "version": link.cited_version, "sha256": link.cited_sha256})


def _evidence(item: EvidenceItem) -> PortableEvidence:
    fields = {name: getattr(item, name) for name in _FIELDS}
    if item.confidentiality != Confidentiality.ORDINARY.value:
        fields["confidentiality"] = item.confidentiality
    return PortableEvidence(**fields, status=EvidenceStatus(item.status))


def _action(action: PlannedAction) -> PortableAction:
    return PortableAction.model_validate(
        {
            **{name: getattr(action, name) for name in _ACTION_FIELDS},
            "owner": action.owned_by,
        }
    )


def import_portable(  # noqa: PLR0913 - what comes in, where, by whom
    session: Session,
    library: Library,
    organisation: Organisation,
    portable: Portable,
    actor: Actor | None,
    *,
    unit_id: int | None = None,
    source: int | None = None,
    now: datetime,
) -> Assessment:
    """A new assessment with everything in the file. Evidence codes stay unless the library uses one for another item.

    `source` is the assessment it was moved from, None when it comes from a file.
    """
    assessment = _empty(session, library, organisation, portable, unit_id, now=now)
    items = _import_evidence(session, organisation, assessment, portable, actor, moved=source is not None, now=now)
    _import_answers(session, assessment, portable, items, actor, now=now)
    session.add_all(
        PlannedAction(assessment_id=assessment.id, position=position, **action.model_dump())
        for position, action in enumerate(portable.actions, start=1)
    )
    store_score(session, library, assessment)
    kind, told = ("assessment.moved", {"from": source}) if source else ("assessment.brought_in", {"profile": portable.profile})
    trail.note(session, assessment, kind, actor, now=now, data=told)
    return assessment


def _empty(
    session: Session, library: Library, organisation: Organisation, portable: Portable, unit_id: int | None, *, now: datetime
) -> Assessment:
    """The assessment of a file, its rubrics pinned, with nothing in it yet."""
    data = portable.model_dump(mode="json", exclude_none=True)
    assessment = Assessment(
        organisation_id=organisation.id,
        unit_id=unit_id,
        title=data["title"],
        institution=data["institution"],
        programme=data.get("programme"),
        date=portable.date,
        profile=portable.profile,
        targets=data["targets"],
        raters=data["raters"],
        created_at=now,
        updated_at=now,
        rubrics=[
            PinnedRubric(position=position, reference=rubric.reference, digest=store_rubric(session, rubric))
            for position, rubric in enumerate(rubrics_of(portable, library))
        ],
    )
    session.add(assessment)
    session.flush()
    return assessment


def _import_evidence(
    session: Session,
    organisation: Organisation,
    assessment: Assessment,
    portable: Portable,
    actor: Actor | None,
    *,
    moved: bool,
    now: datetime,
) -> dict[str, EvidenceItem]:
    present = evidence.by_codes(session, organisation.id, list(portable.evidence))
    items: dict[str, EvidenceItem] = {}
    for position, (code, given) in enumerate(portable.evidence.items(), start=1):
        item = present.get(code)
        # A copy inside the organisation keeps what is confidential as it is: a second item would tell it to others.
        kept = moved and item is not None and item.confidentiality != Confidentiality.ORDINARY.value
        if item is None or not (kept or _is_the_same(session, item, given, actor)):
            item = EvidenceItem(
                organisation_id=organisation.id,
                unit_id=assessment.unit_id,
                code=code if item is None else evidence.next_code(session, organisation.id, portable.evidence),
                created_at=now,
                created_by=actor.id if actor else None,
                **given.model_dump(exclude={"status", "confidentiality"}),
                status=given.status.value,
                confidentiality=given.confidentiality or Confidentiality.ORDINARY.value,
            )
            session.add(item)
            session.flush()
        session.add(GatheredEvidence(assessment_id=assessment.id, item_id=item.id, position=position))
        items[code] = item
    session.flush()
    return items


def _is_the_same(session: Session, item: EvidenceItem, given: PortableEvidence, actor: Actor | None) -> bool:
    """Whether the library's item stands for the one in the file. One that the person may not see never does: it has files."""
    return _evidence(item) == given and (actor is None or evidence.may_read(session, actor, item))


def _import_answers(
    session: Session,
    assessment: Assessment,
    portable: Portable,
    items: dict[str, EvidenceItem],
    actor: Actor | None,
    *,
    now: datetime,
) -> None:
    by = actor.id if actor else None
    answers = []
    for reference, given in portable.answers.items():
        answer = Answer(
            assessment_id=assessment.id,
            criterion=reference,
            version=1,
            updated_at=now,
            updated_by=by,
            **given.model_dump(exclude={"evidence"}),
        )
        answer.links = [
            EvidenceLink(
                item_id=items[one.id].id,
                position=position,
                where=one.where,
                proves=one.proves,
                cited_version=one.version,
                cited_sha256=one.sha256,
            )
            for position, one in enumerate(given.evidence, start=1)
        ]
        answers.append(answer)
    session.add_all(answers)
    session.flush()
    session.add_all(AnswerChange(answer_id=answer.id, version=1, at=now, by=by, content=content_of(answer)) for answer in answers)
