"""What people type to sign in."""

from pydantic import BaseModel, Field


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
