"""Files that are uploaded on a criterion's page: kept in the library and linked to the answer."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import service
from app.assessments.forms import LinkForm
from app.assessments.models import Assessment
from app.evidence import uploads
from app.evidence.uploads import Brought, Fate, Taken, Target
from app.rubrics.registry import Library


def upload_to(  # noqa: PLR0913, PLR0917 - where, what, said how, by whom and when
    session: Session,
    library: Library,
    assessment: Assessment,
    reference: str,
    target: Target,
    files: Iterable[Brought],
    kind: str,
    link: LinkForm,
    actor: Actor,
    *,
    now: datetime,
) -> tuple[Taken, ...]:
    """Keep what can be kept and link it to the answer. What is there already is offered for linking, never linked by itself."""
    # In the order in which every other change takes them: the assessment, then the library.
    session.execute(select(Assessment.id).where(Assessment.id == assessment.id).with_for_update(key_share=True))
    taken = uploads.take(session, target, files, kind, actor, now=now)
    for one in taken:
        if one.fate is Fate.KEPT:
            form = link.model_copy(update={"code": one.code})
            service.link_evidence(session, library, assessment, reference, form, actor, now=now)
    return taken
