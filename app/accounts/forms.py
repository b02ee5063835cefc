"""What people type to sign in, to come in, and to keep people, units and programmes."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.accounts.models import OrganisationKind, Role
from app.i18n import gettext as _
from app.jobs.mail import Unmailable, mailable
from app.portable.model import Line, wrong
from app.web.forms import OptionalNumber, empty_to_none


def _address(value: str) -> str:
    """One address that mail can be sent to, with a dot in its domain, as servers understand it."""
    try:
        plain = mailable(value)
    except Unmailable:
        plain = ""
    if "." not in plain.partition("@")[2]:
        raise wrong(_("This is not an e-mail address"), _("write it like name@university.kz"))
    return plain


Address = Annotated[str, Field(max_length=254), AfterValidator(_address)]
LONGEST_DAYS = 366
"""How long a token for a program may live."""
Language = Literal["kk", "ru", "en"]


class SignInForm(BaseModel):
    """An e-mail address and a password, and where to go on to."""

    email: str = Field(default="", max_length=254)
    password: str = Field(default="", max_length=1000)
    next: str = Field(default="/", max_length=2000)


class CodeForm(BaseModel):
    """A code of an authenticator app, or a recovery code, and where to go on to."""

    code: str = Field(default="", max_length=100)
    next: str = Field(default="/", max_length=2000)


class ProofForm(CodeForm):
    """What shows again who somebody is."""

    password: str = Field(default="", max_length=1000)


class PasskeyForm(BaseModel):
    """What a browser answered to a challenge (JSON), and where to go on to."""

    credential: str = Field(default="", max_length=20_000)
    next: str = Field(default="/", max_length=2000)


class NewPasskeyForm(PasskeyForm):
    """A passkey that a browser made, and what the person calls it."""

    name: str = Field(default="", max_length=100)


class InviteForm(BaseModel):
    """Whom to invite, to which role, in which unit (None: the whole organisation), and the language of the message."""

    email: Address
    role: Role
    unit_id: OptionalNumber = None
    language: Language = "kk"


class AcceptForm(BaseModel):
    """Who comes in by an invitation."""

    name: Annotated[Line, Field(max_length=200)]
    password: str = Field(max_length=1000)


class NewPasswordForm(BaseModel):
    """A new password; `current` is the old one when it is changed by who is signed in."""

    password: str = Field(max_length=1000)
    current: str = Field(default="", max_length=1000)


class ForgottenForm(BaseModel):
    """Where to send the link."""

    email: str = Field(default="", max_length=254)


class FirstRunForm(BaseModel):
    """The first person: the operator; with an organisation also its quality manager."""

    code: str = Field(default="", max_length=100)
    email: Address
    name: Annotated[Line, Field(max_length=200)]
    password: str = Field(max_length=1000)
    organisation: Annotated[Line | None, BeforeValidator(empty_to_none)] = None


class UnitForm(BaseModel):
    """A faculty or department; `parent_id` None at the top."""

    name: Annotated[Line, Field(max_length=300)]
    kind: Literal["faculty", "department"] = "faculty"
    parent_id: OptionalNumber = None


class ProgrammeForm(BaseModel):
    """A study programme."""

    name: Annotated[Line, Field(max_length=300)]
    level: Literal["bachelor", "master", "doctorate"] = "master"
    unit_id: OptionalNumber = None


class OrganisationForm(BaseModel):
    """A new university or agency and its first quality manager."""

    name: Annotated[Line, Field(max_length=300)]
    kind: OrganisationKind = OrganisationKind.UNIVERSITY
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "KZ"
    email: Address
    language: Language = "kk"


def _scopes(value: Any) -> Any:
    return ["read", "write"] if value == "write" else ["read"]


class TokenForm(BaseModel):
    """A token for a program: what it is for, what it may do, how many days it lives."""

    name: Annotated[Line, Field(max_length=100)]
    scopes: Annotated[list[Literal["read", "write"]], BeforeValidator(_scopes)]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class OrganisationSignInForm(BaseModel):
    """The e-mail address whose domain says which organisation signs the person in, and where to go on to."""

    email: str = Field(default="", max_length=254)
    next: str = Field(default="/", max_length=2000)
