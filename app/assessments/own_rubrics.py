"""Rubrics that an organisation brought in: kept frozen by digest, and known beside ours wherever that organisation works."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.assessments import rubric_access
from app.assessments.answers import store_rubric
from app.assessments.models import OrganisationRubric, StoredRubric
from app.audit import chain
from app.errors import Conflict
from app.i18n import gettext as _
from app.rubrics.importing.bring import Brought
from app.rubrics.model import Rubric
from app.rubrics.registry import Library, canonical, digest, with_rubrics


class AlreadyThere(Conflict):
    """The organisation has this edition of this rubric, with other content or the same."""


def library_of(session: Session, library: Library, organisation_id: int) -> Library:
    """Our library with the organisation's own rubrics; of several editions of one, the newest comes last."""
    rows = rubric_access.own_rubrics(session, organisation_id)
    return with_rubrics(library, [rubric_in(row) for row in reversed(rows)]) if rows else library


def rubric_in(row: OrganisationRubric) -> Rubric:
    """The rubric as it was brought in."""
    return Rubric.model_validate_json(canonical(row.stored.content))


def keep(
    session: Session, organisation: Organisation, brought: Brought, file_name: str, actor: Actor, *, now: datetime
) -> OrganisationRubric:
    """Keep a rubric for an organisation. Raises AlreadyThere: what was brought in stays as it is."""
    rubric = brought.rubric
    same = rubric_access.find_own_rubric(session, organisation.id, rubric.id, rubric.edition)
    if same is not None and same.digest == digest(rubric):
        raise AlreadyThere(_("{name} is here already, with the same content.").format(name=rubric.reference))
    if same is not None:
        message = _("{name} is here already, with other content. It stays as it is: give the changed rubric a new edition.")
        raise AlreadyThere(message.format(name=rubric.reference))
    content_digest = store_rubric(session, rubric)
    kept = OrganisationRubric(
        organisation_id=organisation.id,
        rubric_id=rubric.id,
        edition=rubric.edition,
        digest=content_digest,
        stored=session.get_one(StoredRubric, content_digest),
        file_name=file_name[:255],
        notes=list(brought.notes),
        uploaded_by=actor.id,
        uploaded_at=now,
    )
    session.add(kept)
    session.flush()
    subject, data = f"rubric:{kept.id}", {"rubric": rubric.reference, "digest": content_digest}
    chain.append(session, "rubric.brought_in", chain=organisation.id, actor_id=actor.id, subject=subject, at=now, data=data)
    return kept
