"""The first person of an empty installation. Once there is one, this is closed for ever."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.forms import FirstRunForm
from app.accounts.models import Person, Role
from app.accounts.passwords import Passwords
from app.config import Settings
from app.errors import NotFound, Problem
from app.i18n import gettext as _


class WrongCode(Problem):
    """The code is not the one that the server printed."""


def code_of(settings: Settings) -> str:
    """What the server prints when it starts on an empty database: who sees its console may make the first account."""
    return hmac.new(settings.secret.encode(), b"first run", hashlib.sha256).hexdigest()[:16]


def is_open(session: Session) -> bool:
    """Whether nobody is there yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def require_open(session: Session) -> None:
    """Raise NotFound once somebody is there."""
    if not is_open(session):
        raise NotFound(_("There is no such page."))


def begin(
    session: Session, settings: Settings, passwords: Passwords, form: FirstRunForm, language: str, *, now: datetime
) -> Person:
    """Make the operator, and the first organisation with them as its quality manager when it is named.

    Raises NotFound when somebody is there already, WrongCode or UnfitPassword.
    """
    require_open(session)
    if not hmac.compare_digest(form.code.strip().encode(), code_of(settings).encode()):
        raise WrongCode(_("This is not the code that the server printed when it started."))
    person = service.create_person(
        session, passwords, email=form.email, name=form.name, password=form.password, language=language, now=now
    )
    person.is_operator = True
    service.note(session, "operator.made", person.id, person.id, now=now)
    if form.organisation is not None:
        organisation = service.create_organisation(session, form.organisation, actor_id=person.id, now=now)
        service.grant(session, person, organisation, Role.QUALITY_MANAGER, actor_id=person.id, now=now)
    return person
