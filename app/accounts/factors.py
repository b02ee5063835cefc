"""What second factors a person has, and the rules that hold for all of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.models import Person
from app.accounts.sign_in_models import Passkey, RecoveryCode, SignInSession, Stage, TotpSecret
from app.errors import Conflict, SignInNeeded
from app.i18n import gettext as _


class LastFactor(Conflict):
    """The person must have a second factor, and this is the only one."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has set up. `codes_left` is how many recovery codes still work; `required` whether a factor is a must."""

    app_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int
    required: bool

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all; recovery codes alone are none."""
        return self.app_since is not None or bool(self.passkeys)


def factors_of(session: Session, person: Person) -> Factors:
    """A person's second factors."""
    app = select(TotpSecret.confirmed_at).where(TotpSecret.person_id == person.id)
    keys = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)
    codes = select(func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    required = service.needs_second_factor(session, person)
    return Factors(session.scalar(app), tuple(session.scalars(keys)), session.scalar(codes) or 0, required)


def stage_of(session: Session, found: SignInSession) -> Stage:
    """How far the session really is: setting up is over once the person has a factor, which must then be shown.

    Otherwise whoever only knows the password could add a factor of their own beside the person's.
    """
    stage = Stage(found.stage)
    if stage is Stage.ENROLMENT and service.has_second_factor(session, found.person):
        return Stage.SECOND_FACTOR
    return stage


def hold(session: Session, found: SignInSession) -> Stage:
    """Keep other requests of this person waiting until this one is done; the session's stage as it then is.

    Two requests at once can neither use one code twice nor guess past the limit. Raises SignInNeeded when the session ended.
    """
    # FOR NO KEY UPDATE on PostgreSQL: rows that point to the person can still be added. SQLite has one writer anyway.
    session.execute(select(Person.id).where(Person.id == found.person_id).with_for_update(key_share=True))
    stage = session.scalar(select(SignInSession.stage).where(SignInSession.id == found.id).with_for_update(key_share=True))
    if stage is None:
        raise SignInNeeded(_("Please sign in. If you were signed in before, the session has ended."))
    if stage != found.stage:
        session.refresh(found, ["stage"])
    return stage_of(session, found)


def added(session: Session, found: SignInSession) -> None:
    """After a factor was added: what else is being set up with the password alone must now show it."""
    mine = update(SignInSession).where(SignInSession.person_id == found.person_id, SignInSession.id != found.id)
    session.execute(mine.where(SignInSession.stage == Stage.ENROLMENT.value).values(stage=Stage.SECOND_FACTOR.value))


def refuse_last(session: Session, person: Person, *, app: bool = False, passkey_id: int | None = None) -> None:
    """Raise LastFactor when the person needs a second factor and would have none without this one."""
    now = factors_of(session, person)
    rest = [one for one in now.passkeys if one.id != passkey_id]
    if now.required and not rest and (app or now.app_since is None):
        raise LastFactor(_("You must have a second factor, and this is your only one. Set up another one first."))


def removed(session: Session, person: Person) -> None:
    """After a factor was removed: without any, recovery codes and half-finished sign-ins have nothing to stand for."""
    if service.has_second_factor(session, person):
        return
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    waiting = (SignInSession.person_id == person.id, SignInSession.stage == Stage.SECOND_FACTOR.value)
    session.execute(delete(SignInSession).where(*waiting))


def forget(session: Session, person: Person, *, now: datetime) -> None:
    """Take every factor of somebody away who has lost all of them, recovery codes too; they are signed out everywhere.

    Only a command does this: who asks for it must have shown in some other way that they are the person.
    """
    for kind in (TotpSecret, Passkey, RecoveryCode):
        session.execute(delete(kind).where(kind.person_id == person.id))
    service.note(session, "person.second_factor_removed", person.id, None, now=now, data={"method": "all"})
    service.sign_out_everywhere(session, person.id, actor_id=None, now=now)
