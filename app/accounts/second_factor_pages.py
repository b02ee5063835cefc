"""What the pages of second factors show."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import factors, passkeys
from app.accounts.factors import Factors
from app.accounts.sign_in_models import SignInSession
from app.config import Settings


@dataclass(frozen=True, slots=True)
class StepPage:
    """The second step of signing in: a code, a passkey (when the person has some and browsers can show them), a recovery code."""

    next: str
    has_app: bool
    has_passkey: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FactorsPage:
    """What is set up, or what can be set up when somebody must (`enrolling`).

    `vouched` is whether only an organisation's issuer vouched for the person: such a session changes nothing of what is set up
    and adds no passkey, which would open other organisations too.
    """

    factors: Factors
    passkeys_offered: bool
    next: str = "/"
    error: str | None = None
    enrolling: bool = False
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class AppPage:
    """Setting up an authenticator app. `secret` is in groups of four, to be typed; `back` is where one came from."""

    secret: str
    email: str
    next: str
    back: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CodesPage:
    """New recovery codes, shown this once."""

    codes: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True)
class ProofPage:
    """Showing again who one is. What is asked for depends on what the person has; nothing but a new sign-on may be left."""

    next: str
    asks_password: bool
    asks_code: bool
    has_passkey: bool
    by_sign_on: bool
    error: str | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether there is nothing to type."""
        return not self.asks_password and not self.asks_code


def step_page(session: Session, settings: Settings, found: SignInSession, next_: str, error: str | None = None) -> StepPage:
    """The second step for this session's person."""
    have = factors.factors_of(session, found.person)
    return StepPage(next_, have.app_since is not None, bool(have.passkeys) and passkeys.offered(settings), error)


def proof_page(session: Session, settings: Settings, found: SignInSession, next_: str, error: str | None = None) -> ProofPage:
    """What this session's person must show: everything that signing in asks for (OWASP ASVS 5.0, 7.5.1).

    After a single sign-on the password is not asked for: the person may have none, and the sign-on stands in for it.
    """
    have = factors.factors_of(session, found.person)
    by_sign_on = found.method == "sso"
    return ProofPage(
        next=next_,
        asks_password=not by_sign_on and found.person.password_hash is not None,
        asks_code=have.any,
        has_passkey=bool(have.passkeys) and passkeys.offered(settings),
        by_sign_on=by_sign_on,
        error=error,
    )
