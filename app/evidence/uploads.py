"""Many files at once: each is kept, is in the library already, or is refused with its reason and what to do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.errors import Problem, TooLarge, UnsupportedType
from app.evidence import service
from app.evidence.forms import EvidenceForm
from app.files import checks
from app.files.storage import Storage
from app.i18n import gettext as _

MOST_FILES = 50
"""Files in one go: what is above it is refused, by name."""


class Fate(StrEnum):
    """What became of a file."""

    KEPT = "kept"
    THERE = "there"
    """Its bytes are in the library already: the item is offered for linking."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was sent, and the title typed for it; None for one made of its name."""

    name: str
    source: BinaryIO
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: `told` says it in a sentence; item, code and title are those of the item that has its bytes."""

    name: str
    fate: Fate
    told: str
    item_id: int | None = None
    code: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go: the organisation, or one of its units; and up to which size."""

    storage: Storage
    organisation_id: int
    unit_id: int | None
    limit: int


def title_of(name: str) -> str:
    """A title made of a file's name: without its ending, with spaces for underscores."""
    stem = PurePath(checks.clean_name(name)).stem
    return re.sub(r"[\s_]+", " ", stem).strip() or checks.clean_name(name)


def take(
    session: Session, target: Target, files: Iterable[Brought], kind: str, actor: Actor, *, now: datetime
) -> tuple[Taken, ...]:
    """Keep what can be kept, in order. One file's refusal changes nothing for the others, and the session stays usable."""
    return tuple(_take(session, target, file, kind, actor, place, now=now) for place, file in enumerate(files))


def _take(session: Session, target: Target, file: Brought, kind: str, actor: Actor, place: int, *, now: datetime) -> Taken:
    name = checks.clean_name(file.name)
    if place >= MOST_FILES:
        told = _("At most {count} files are taken in one go. Upload this one with the next ones.").format(count=MOST_FILES)
        return Taken(name, Fate.REFUSED, told)
    form = EvidenceForm(title=file.title or title_of(name), kind=kind)
    try:
        item = service.add_with_file(
            session,
            target.storage,
            target.organisation_id,
            form,
            file.source,
            name,
            actor,
            unit_id=target.unit_id,
            limit=target.limit,
            now=now,
        )
    except service.AlreadyInLibrary as found:
        told = _("This file is there already as {code}, “{title}”; it is not stored a second time.")
        words = told.format(code=found.code, title=found.title)
        return Taken(name, Fate.THERE, words, found.item_id, found.code, found.title)
    except Problem as refused:
        return Taken(name, Fate.REFUSED, f"{refused.message} {remedy(refused)}".strip())
    return Taken(name, Fate.KEPT, _("Kept as {code}.").format(code=item.code), item.id, item.code, item.title)


def remedy(refused: Problem) -> str:
    """What to do about a file that was refused."""
    if isinstance(refused, checks.EmptyFile):
        return _("Save it anew, look whether it opens, and upload it again.")
    if isinstance(refused, UnsupportedType):
        return _("Save it as PDF or as another accepted type, and upload that.")
    if isinstance(refused, TooLarge):
        return _("Make it smaller or split it, and upload the parts.")
    return ""
