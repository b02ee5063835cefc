"""Why a sign-on failed: a code for the trail, words for the person."""

from collections.abc import Callable
from enum import StrEnum

from app.errors import Problem
from app.i18n import gettext as _


class Reason(StrEnum):
    """The codes that the trail keeps and a page shows."""

    DOMAIN_UNKNOWN = "domain_unknown"
    STATE_UNKNOWN = "state_unknown"
    STATE_EXPIRED = "state_expired"
    BROWSER_OTHER = "browser_other"
    SETTINGS_GONE = "settings_gone"
    ISSUER_GONE = "issuer_gone"
    """No answer within the time allowed."""
    ISSUER_WRONG = "issuer_wrong"
    """An answer that is not what the standards ask for: another host, a redirect, too large, no JSON."""
    ISSUER_OTHER = "issuer_other"
    """The answer came in the name of another issuer (RFC 9207)."""
    ISSUER_REFUSED = "issuer_refused"
    """The issuer let the person go without signing them in."""
    CODE_REFUSED = "code_refused"
    TOKEN_SIGNATURE = "token_signature"  # noqa: S105 - a reason, not a secret
    TOKEN_CLAIMS = "token_claims"  # noqa: S105 - a reason, not a secret
    ADDRESS_UNVERIFIED = "address_unverified"
    ADDRESS_FOREIGN = "address_foreign"
    IDENTITY_OTHER = "identity_other"
    """The address belongs to a person whom the issuer knew under another subject."""
    PERSON_CLOSED = "person_closed"
    NOT_INVITED = "not_invited"


class SignOnFailed(Problem):
    """Nobody was signed in. `code` is a short word of the issuer or of the check, empty when there is none."""

    def __init__(self, reason: Reason, code: str = "", person_id: int | None = None) -> None:
        super().__init__(message_of(reason))
        self.reason = reason
        self.code = code
        self.person_id = person_id


def message_of(reason: Reason) -> str:
    """What went wrong and what to do about it, for the person who wanted to sign in."""
    return _WORDS.get(reason, _about_token)()


def _about_state() -> str:
    return _("This sign-in was not begun in this browser, was used already, or took longer than 10 minutes. Begin again.")


def _about_issuer() -> str:
    return _(
        "The sign-in service of your organisation does not answer, or not as it should. Try again in a few minutes; if it "
        "happens again, tell those who run it. If you have a password here, you can sign in with it."
    )


def _about_refusal() -> str:
    return _("The sign-in service of your organisation did not let you in. Begin again, or ask those who run it.")


def _about_token() -> str:
    return _(
        "What the sign-in service of your organisation said about you could not be verified, so nobody was signed in. Begin "
        "again; if it happens again, tell those who run it the code below."
    )


_WORDS: dict[Reason, Callable[[], str]] = {
    Reason.STATE_UNKNOWN: _about_state,
    Reason.STATE_EXPIRED: _about_state,
    Reason.BROWSER_OTHER: _about_state,
    Reason.ISSUER_GONE: _about_issuer,
    Reason.ISSUER_WRONG: _about_issuer,
    Reason.ISSUER_REFUSED: _about_refusal,
    Reason.DOMAIN_UNKNOWN: lambda: _(
        "No organisation signs in this way with addresses of this domain. Check the address, or sign in with your password."
    ),
    Reason.SETTINGS_GONE: lambda: _("Your organisation does not sign in this way any more. Sign in with your password."),
    Reason.ADDRESS_UNVERIFIED: lambda: _(
        "The sign-in service of your organisation did not confirm that your e-mail address is yours. Ask those who run it to "
        "confirm addresses."
    ),
    Reason.ADDRESS_FOREIGN: lambda: _(
        "Your e-mail address at the sign-in service does not belong to a domain of your organisation. Sign in there with "
        "your organisation's address."
    ),
    Reason.IDENTITY_OTHER: lambda: _(
        "Your e-mail address is linked to another account of your organisation's sign-in service. Ask the quality manager of "
        "your organisation to have this looked into."
    ),
    Reason.PERSON_CLOSED: lambda: _("Your account here is closed. Ask the quality manager of your organisation."),
    Reason.NOT_INVITED: lambda: _(
        "You have no place in this organisation here yet. Ask its quality manager for an invitation to the e-mail address you "
        "sign in with."
    ),
}
