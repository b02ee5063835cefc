"""What happens to assessments, noted in the chain of their organisation."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import exports
from app.accounts.actor import Actor
from app.assessments.models import Assessment
from app.audit import chain
from app.audit.chain import About
from app.web.session import Aside


def subject_of(assessment_id: int) -> str:
    """How events name an assessment."""
    return f"assessment:{assessment_id}"


def note(
    session: Session,
    assessment: Assessment,
    kind: str,
    actor: Actor | None,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    about: About | None = None,
) -> None:
    """Append an event about an assessment. `data` names nobody and holds no text that somebody wrote."""
    chain.append(
        session,
        kind,
        chain=assessment.organisation_id,
        actor_id=actor.id if actor else None,
        subject=subject_of(assessment.id),
        at=now,
        data=data,
        about=about,
    )


def note_export(aside: Aside, assessment: Assessment, kind: str, actor: Actor, data: Mapping[str, Any]) -> None:
    """Note that an assessment leaves the service in some format, before it does."""
    exports.note_export(aside, actor, kind, of_chain=assessment.organisation_id, subject=subject_of(assessment.id), data=data)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of what was saved: the history beside it can be checked against the trail."""
    return hashlib.sha256(chain.canonical(content).encode()).hexdigest()
