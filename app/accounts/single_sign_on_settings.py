"""Which organisation signs in through which issuer. Set by the operator on the command line and nowhere else."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.access import fold
from app.accounts.models import Organisation
from app.accounts.sign_in_models import ExternalIdentity, SignInSession, SignOnAttempt, SingleSignOn
from app.accounts.single_sign_on_client import Client, may_be_called
from app.accounts.single_sign_on_tokens import domain_of
from app.audit import chain
from app.config import Settings
from app.errors import Conflict, NotFound, Problem
from app.i18n import gettext as _
from app.sealing import seal, unseal

PURPOSE = "sso"
METHOD = "sso"
RETURN_PATH = "/sign-in/organisation/return"
LONGEST_ISSUER, LONGEST_CLIENT_ID, LONGEST_SECRET, LONGEST_DOMAIN = 500, 300, 1000, 253
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


class UnfitSignOn(Problem):
    """The settings of a single sign-on cannot be used."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator wants to set."""

    issuer: str
    client_id: str
    secret: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A single sign-on as it is listed; without its secret."""

    organisation_id: int
    organisation: str
    issuer: str
    client_id: str
    domains: tuple[str, ...]


def return_address(settings: Settings) -> str:
    """The address that people come back to, as it must be registered at the provider."""
    return settings.base_url.rstrip("/") + RETURN_PATH


def configure(session: Session, settings: Settings, organisation_id: int, wanted: Wanted, *, now: datetime) -> SingleSignOn:
    """Set or replace an organisation's single sign-on; sessions and sign-ons that the old one began end.

    Raises NotFound, UnfitSignOn, or Conflict when another organisation has one of the domains.
    """
    if session.get(Organisation, organisation_id) is None:
        raise NotFound(_("There is no such organisation."))
    domains = sorted({fold(one).removeprefix("@") for one in wanted.domains})
    _refuse_unfit(settings, wanted, domains)
    _refuse_taken(session, organisation_id, domains)
    _end_what_was_begun(session, organisation_id)
    found = session.get(SingleSignOn, organisation_id) or SingleSignOn(organisation_id=organisation_id, created_at=now)
    found.issuer, found.client_id, found.domains = wanted.issuer, wanted.client_id, domains
    found.sealed_secret = seal(settings, PURPOSE, wanted.secret)
    session.add(found)
    session.flush()
    data: dict[str, object] = {"issuer": wanted.issuer, "client_id": wanted.client_id, "domains": domains}
    _note(session, "sign_on.set", organisation_id, now, data)
    return found


def _refuse_unfit(settings: Settings, wanted: Wanted, domains: Collection[str]) -> None:
    if len(wanted.issuer) > LONGEST_ISSUER or "?" in wanted.issuer or not may_be_called(settings, wanted.issuer):
        raise UnfitSignOn(_("The issuer must be an https address without a query, as its discovery document names it."))
    if not 0 < len(wanted.client_id) <= LONGEST_CLIENT_ID or not wanted.client_id.isprintable():
        raise UnfitSignOn(_("The client id is missing or too long."))
    if not 0 < len(wanted.secret) <= LONGEST_SECRET or not (wanted.secret.isascii() and wanted.secret.isprintable()):
        raise UnfitSignOn(_("The client secret is missing, too long, or holds letters that no provider gives out."))
    unfit = [one for one in domains if len(one) > LONGEST_DOMAIN or not _DOMAIN.fullmatch(one)]
    if unfit or not domains:
        raise UnfitSignOn(_("Name the domains of the organisation's e-mail addresses, like example.kz."))


def _refuse_taken(session: Session, organisation_id: int, domains: Collection[str]) -> None:
    others = session.scalars(select(SingleSignOn).where(SingleSignOn.organisation_id != organisation_id))
    taken = sorted({domain for other in others for domain in other.domains} & set(domains))
    if taken:
        raise Conflict(_("Another organisation signs in with these domains: {domains}").format(domains=", ".join(taken)))


def remove(session: Session, organisation_id: int, *, now: datetime) -> None:
    """End an organisation's single sign-on: its sessions, and who its people were to the issuer. Raises NotFound."""
    found = session.get(SingleSignOn, organisation_id)
    if found is None:
        raise NotFound(_("This organisation has no single sign-on."))
    _end_what_was_begun(session, organisation_id)
    session.execute(delete(ExternalIdentity).where(ExternalIdentity.organisation_id == organisation_id))
    session.delete(found)
    session.flush()
    _note(session, "sign_on.removed", organisation_id, now, {})


def _end_what_was_begun(session: Session, organisation_id: int) -> None:
    session.execute(delete(SignOnAttempt).where(SignOnAttempt.organisation_id == organisation_id))
    vouched_for = (SignInSession.method == METHOD, SignInSession.only_organisation_id == organisation_id)
    session.execute(delete(SignInSession).where(*vouched_for))


def _note(session: Session, kind: str, organisation_id: int, now: datetime, data: dict[str, object]) -> None:
    subject = f"organisation:{organisation_id}"
    chain.append(session, kind, chain=organisation_id, actor_id=None, subject=subject, at=now, data=data)


def listed(session: Session) -> list[Listed]:
    """Every single sign-on, by organisation."""
    query = select(SingleSignOn, Organisation.name).join(Organisation, Organisation.id == SingleSignOn.organisation_id)
    rows = session.execute(query.order_by(SingleSignOn.organisation_id))
    return [Listed(row.organisation_id, name, row.issuer, row.client_id, tuple(row.domains)) for row, name in rows]


def find_by_address(session: Session, settings: Settings, email: str) -> Client | None:
    """The single sign-on for the domain of an address; None when there is none, or the text is no address."""
    domain = domain_of(email)
    rows = session.scalars(select(SingleSignOn)) if domain else ()
    return next((_client(settings, row) for row in rows if domain in row.domains), None)


def find(session: Session, settings: Settings, organisation_id: int, *, lock: bool = False) -> Client | None:
    """An organisation's single sign-on; None when there is none. `lock` keeps it as it is until the transaction ends."""
    query = select(SingleSignOn).where(SingleSignOn.organisation_id == organisation_id)
    row = session.scalar(query.with_for_update() if lock else query)
    return _client(settings, row) if row is not None else None


def _client(settings: Settings, row: SingleSignOn) -> Client:
    secret = unseal(settings, PURPOSE, row.sealed_secret)
    return Client(row.organisation_id, row.issuer, row.client_id, secret, tuple(row.domains), return_address(settings))
