"""Adding, describing and withdrawing evidence."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.audit import chain
from app.errors import Conflict, Problem
from app.evidence import access
from app.evidence.confidentiality import Confidentiality
from app.evidence.forms import EvidenceForm
from app.evidence.models import EvidenceItem, EvidenceTag, EvidenceVersion
from app.files import checks
from app.files.storage import Storage
from app.i18n import gettext as _
from app.scanning import Infected


class AlreadyInLibrary(Conflict):
    """The same bytes are in the organisation's library; `code`, `title` and `item_id` name the item."""

    def __init__(self, message: str, item: EvidenceItem) -> None:
        super().__init__(message)
        self.code = item.code
        self.title = item.title
        self.item_id = item.id


class EvidenceChanged(Conflict):
    """Somebody else changed the item since it was shown."""


class NotAnOwner(Problem):
    """The person chosen as owner is not of this organisation."""


class OutOfSight(Problem):
    """Who changes the item would not see it afterwards."""


def field_of(refused: Problem) -> str:
    """The field of the form that a refusal belongs to; that of the file for what a file can be refused for."""
    return {NotAnOwner: "owner_id", OutOfSight: "confidentiality"}.get(type(refused), "file")


def note(
    session: Session, item: EvidenceItem, kind: str, actor: Actor | None, *, now: datetime, data: Mapping[str, Any] | None = None
) -> None:
    """Append an event about an item to its organisation's chain."""
    actor_id, subject = actor.id if actor else None, f"evidence:{item.id}"
    chain.append(session, kind, chain=item.organisation_id, actor_id=actor_id, subject=subject, at=now, data=data)


def add(
    session: Session,
    organisation_id: int,
    form: EvidenceForm,
    actor: Actor | None,
    *,
    unit_id: int | None = None,
    now: datetime,
) -> EvidenceItem:
    """A new item with the next free code. Raises NotAnOwner or OutOfSight."""
    refuse_wrong_hands(session, organisation_id, unit_id, form.confidentiality, form.owner_id, actor)
    access.hold_library(session, organisation_id)
    item = EvidenceItem(
        organisation_id=organisation_id,
        unit_id=unit_id,
        code=access.next_code(session, organisation_id),
        created_at=now,
        created_by=actor.id if actor else None,
        **form.columns(),
    )
    session.add(item)
    item.tagged = [EvidenceTag(tag=tag) for tag in form.tags]
    session.flush()
    note(session, item, "evidence.added", actor, now=now, data={"code": item.code, "kind": item.kind})
    return item


def attach(  # noqa: PLR0913 - the file's three facts, where it goes and who brings it when
    session: Session,
    storage: Storage,
    item: EvidenceItem,
    source: BinaryIO,
    name: str,
    actor: Actor | None,
    *,
    limit: int,
    now: datetime,
) -> EvidenceVersion:
    """Store a file as the next version of an item: the bytes are safe before the row is written.

    Raises EmptyFile, UnsupportedType, TooLarge, ScannerAway, AlreadyInLibrary when another item of the organisation has these
    bytes, and Infected, which is for the caller to note: an event outlives what is rolled back.
    """
    file_name = checks.clean_name(name)
    media_type = checks.type_of(source, file_name)
    stored = storage.store(source, limit=limit)
    other = access.same_file(session, actor, item.organisation_id, stored.sha256)
    if other is not None:
        message = _("This file is already in the library as {code}, “{title}”. Link that item instead of a second copy.")
        raise AlreadyInLibrary(message.format(code=other.code, title=other.title), other)
    version = EvidenceVersion(
        item_id=item.id,
        number=1 + max((one.number for one in item.__dict__.get("versions", ())), default=0),
        sha256=stored.sha256,
        size=stored.size,
        media_type=media_type,
        file_name=file_name,
        uploaded_at=now,
        uploaded_by=actor.id if actor else None,
        scanned_at=now if stored.scanned else None,
    )
    session.add(version)
    item.sha256, item.file = stored.sha256, file_name
    session.flush()
    told = {"number": version.number, "sha256": version.sha256, "size": version.size}
    note(session, item, "evidence.file_added", actor, now=now, data=told)
    return version


def note_blocked(session: Session, organisation_id: int, threat: str, actor: Actor | None, *, now: datetime) -> None:
    """Append to the trail that a file was refused because of what the virus scanner found in it."""
    actor_id, subject = actor.id if actor else None, f"organisation:{organisation_id}"
    chain.append(
        session, "evidence.blocked", chain=organisation_id, actor_id=actor_id, subject=subject, at=now, data={"threat": threat}
    )


def add_version(  # noqa: PLR0913 - as attach
    session: Session,
    storage: Storage,
    item: EvidenceItem,
    source: BinaryIO,
    name: str,
    actor: Actor | None,
    *,
    limit: int,
    now: datetime,
) -> EvidenceVersion:
    """As `attach`; a file that the virus scanner objects to is noted in the trail."""
    try:
        return attach(session, storage, item, source, name, actor, limit=limit, now=now)
    except Infected as infected:
        note_blocked(session, item.organisation_id, infected.threat, actor, now=now)
        raise


def add_with_file(  # noqa: PLR0913 - as attach
    session: Session,
    storage: Storage,
    organisation_id: int,
    form: EvidenceForm,
    source: BinaryIO,
    name: str,
    actor: Actor | None,
    *,
    unit_id: int | None = None,
    limit: int,
    now: datetime,
) -> EvidenceItem:
    """A new item and its file, or neither: after an error the session is as it was before.

    Only what the virus scanner blocked is noted. Raises what `attach` raises.
    """
    try:
        with session.begin_nested():
            item = add(session, organisation_id, form, actor, unit_id=unit_id, now=now)
            attach(session, storage, item, source, name, actor, limit=limit, now=now)
    except Infected as infected:
        note_blocked(session, organisation_id, infected.threat, actor, now=now)
        raise
    return item


def describe(session: Session, item: EvidenceItem, form: EvidenceForm, actor: Actor, *, version: int, now: datetime) -> None:
    """Change what is said of an item. Raises EvidenceChanged when `version` is not the current one.

    Raises NotAnOwner and OutOfSight too. Its status stays: that is changed with a reason.
    """
    if item.version != version:
        raise EvidenceChanged(_("Somebody else changed this evidence while you were typing."))
    unit, owner = item.unit_id, item.owner_id
    refuse_wrong_hands(session, item.organisation_id, unit, form.confidentiality, form.owner_id, actor, present=owner)
    for name, value in form.columns().items():
        # Withdrawing has a form of its own, with a reason.
        if name != "status":
            setattr(item, name, value)
    item.tagged = [EvidenceTag(tag=tag) for tag in form.tags]
    item.version += 1
    session.flush()
    note(session, item, "evidence.described", actor, now=now, data={"version": item.version, "status": item.status})


def tag(session: Session, item: EvidenceItem, tags: Iterable[str], actor: Actor, *, version: int, now: datetime) -> None:
    """Give an item these tags in the place of those it has. Raises EvidenceChanged when `version` is not the current one."""
    if item.version != version:
        raise EvidenceChanged(_("Somebody else changed this evidence while you were typing."))
    present = {one.tag: one for one in item.tagged}
    item.tagged = [present.get(one) or EvidenceTag(tag=one) for one in tags]
    item.version += 1
    session.flush()
    note(session, item, "evidence.described", actor, now=now, data={"version": item.version, "status": item.status})


def refuse_wrong_hands(
    session: Session,
    organisation_id: int,
    unit_id: int | None,
    confidentiality: Confidentiality,
    owner_id: int | None,
    actor: Actor | None,
    *,
    present: int | None = None,
) -> None:
    """Refuse an owner from elsewhere, and that somebody restricts an item out of their own sight, before anything changes.

    `present` is who owns it so far, who may stay. Raises NotAnOwner or OutOfSight.
    """
    asked = owner_id is not None and owner_id != present
    if asked and owner_id not in {one for one, _name in access.owners(session, actor, organisation_id)}:
        raise NotAnOwner(_("The owner must be a person of this organisation."))
    if confidentiality is not Confidentiality.RESTRICTED or actor is None or owner_id == actor.id:
        return
    if not accounts.permits(session, actor, Permission.READ_RESTRICTED, organisation_id, unit_id):
        raise OutOfSight(_("You would not see this item any more. Make yourself its owner, or leave it open to colleagues."))
