"""What a session may not do that only an organisation's issuer vouched for: change how the person signs in elsewhere.

Such a session reaches one organisation. A passkey, a password or a second factor that it could add would open the others too.
"""

from app.accounts.actor import Actor
from app.accounts.sign_in_models import SignInSession
from app.errors import Forbidden
from app.i18n import gettext as _


def refuse_vouched(asking: Actor | SignInSession) -> None:
    """Raise Forbidden in a session, or for a token, that reaches one organisation only."""
    only = asking.only if isinstance(asking, Actor) else asking.only_organisation_id
    if only is not None:
        message = _(
            "You came in through your organisation, which opens that organisation only. Sign in with your password first."
        )
        raise Forbidden(message)
