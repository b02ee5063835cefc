"""Signing an assessment off by name: what is signed, as it is shown before, and whether the name is the signer's own."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, BeforeValidator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.accounts.policy import HOUSE
from app.assessments import access
from app.assessments.answers import headline, library_for
from app.assessments.models import Assessment, Snapshot
from app.assessments.page_objects import Standing
from app.assessments.transfer import as_it_stands
from app.errors import Conflict, Problem
from app.i18n import gettext as _
from app.portable.model import Prose
from app.portable.read import assessed
from app.portable.write import digest_of
from app.rubrics.registry import Library
from app.scoring.score import score
from app.web.forms import plain_lines
from app.web.pasting import plain


class NotYourName(Problem):
    """The name that was typed is not that of the account."""


class DraftChanged(Conflict):
    """What would be signed is no longer what was shown."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What somebody signs with: their name as typed, and the digest of what they were shown."""

    name: str
    digest: str


class ReopenForm(BaseModel):
    """Why an approved assessment is opened again."""

    reason: Annotated[Prose, BeforeValidator(plain_lines)]


@dataclass(frozen=True, slots=True)
class SigningPage:
    """What would be signed, and who would sign it with which roles. `typed` and `errors` are those of a refused signature."""

    standing: Standing
    revision: int
    digest: str
    account: str
    roles: tuple[str, ...]
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def unanswered(self) -> int:
        """Applicable criteria without an answer."""
        return self.standing.applicable - self.standing.answered


def folded(name: str) -> str:
    """A name as names are compared: without what nobody sees, whatever its case and spaces."""
    return " ".join(plain(name).casefold().split())


def refuse_unless_own(name: str, actor: Actor) -> None:
    """Raise NotYourName unless the name is that of the account. An account without one signs nothing."""
    if not folded(actor.name):
        raise NotYourName(_("Your account has no name, so nothing can be signed with it."))
    if folded(name) != folded(actor.name):
        message = _("Type your name as your account has it: {name}.")
        raise NotYourName(message.format(name=actor.name))


def roles_of(session: Session, actor: Actor, assessment: Assessment) -> tuple[str, ...]:
    """The roles of the house that the person holds on the assessment, in the order of the roles."""
    held = access.roles_on(session, actor, assessment) & HOUSE
    return tuple(one.value for one in Role if one in held)


def next_revision(session: Session, assessment: Assessment) -> int:
    """The number that the next approval gets."""
    last = session.scalar(select(func.max(Snapshot.revision)).where(Snapshot.assessment_id == assessment.id))
    return (last or 0) + 1


def signing_page(
    session: Session,
    library: Library,
    actor: Actor,
    assessment: Assessment,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> SigningPage:
    """What would be frozen now: scored from the very text that would be kept."""
    portable = as_it_stands(session, assessment)
    told = headline(score(assessed(portable, library_for(session, library, assessment))))
    return SigningPage(
        standing=Standing(**{name.removeprefix("index_"): value for name, value in told.items()}),
        revision=next_revision(session, assessment),
        digest=digest_of(portable),
        account=actor.name,
        roles=roles_of(session, actor, assessment),
        typed=typed or {},
        errors=errors or {},
    )
