"""Recovery codes: they stand in for a lost second factor. Shown once, stored as hashes, each good for one use."""

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.sign_in_models import RecoveryCode

HOW_MANY = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are misread."""
LENGTH, GROUP = 16, 4
"""16 letters of 5 bits: 80 random bits, too many to guess, so that a plain hash keeps them."""
_MISREAD = str.maketrans("OILАВСЕНКМРТХ", "011ABCEHKMPTX")
"""Letters that look like another: Crockford's own, and the Cyrillic ones of a keyboard that was not switched."""


def renew(session: Session, person_id: int, *, now: datetime) -> tuple[str, ...]:
    """New codes in the place of all older ones, to be shown now and never again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = tuple("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(HOW_MANY))
    session.add_all(RecoveryCode(person_id=person_id, code_hash=service.hash_token(code)) for code in codes)
    session.flush()
    service.note(session, "person.recovery_codes_made", person_id, person_id, now=now, data={"codes": HOW_MANY})
    return tuple("-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in codes)


def plain(typed: str) -> str:
    """The code as it was made, whatever its case, its spaces and dashes, and the letters that look alike."""
    return "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_MISREAD)


def left(session: Session, person_id: int) -> int:
    """How many codes still work."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def use(session: Session, person_id: int, typed: str, *, now: datetime) -> bool:
    """Whether this is a code of the person's that was not used yet; it is used then."""
    mine = update(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    this = mine.where(RecoveryCode.code_hash == service.hash_token(plain(typed)))
    if session.scalar(this.values(used_at=now).returning(RecoveryCode.id)) is None:
        return False
    data: dict[str, object] = {"left": left(session, person_id)}
    service.note(session, "person.recovery_code_used", person_id, person_id, now=now, data=data)
    return True
