"""What people type to sign in."""

from pydantic import BaseModel, Field


class SignInForm(BaseModel):
    """An e-mail address and a password, and where to go on to."""

    email: str = Field(default="", max_length=254)
    password: str = Field(default="", max_length=1000)
    next: str = Field(default="/", max_length=2000)


class OrganisationSignInForm(BaseModel):
    """The e-mail address whose domain says which organisation signs the person in, and where to go on to."""

    email: str = Field(default="", max_length=254)
    next: str = Field(default="/", max_length=2000)
