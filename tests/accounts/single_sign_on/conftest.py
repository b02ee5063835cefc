"""Providers that tests of single sign-on begin with."""

from collections.abc import Iterator

import pytest

from app.accounts.models import Organisation, Person
from app.config import Settings
from app.db import Database
from tests.accounts.single_sign_on.providers import OwnProvider, RealProvider, own_provider, real_provider
from tests.accounts.single_sign_on.signing_on import with_sign_on
from tests.factories import make_person


@pytest.fixture(scope="package")
def issuer() -> Iterator[RealProvider]:
    """A real OpenID provider in a process of its own."""
    with real_provider() as found:
        yield found


@pytest.fixture
def home(database: Database, settings: Settings, issuer: RealProvider) -> tuple[Organisation, str]:
    """An organisation that signs in at the real provider, and its domain."""
    return with_sign_on(database, settings, issuer.issuer)


@pytest.fixture
def provider() -> Iterator[OwnProvider]:
    """A provider that a test can make misbehave."""
    with own_provider() as found:
        yield found


@pytest.fixture
def person(database: Database, settings: Settings, provider: OwnProvider) -> Person:
    """A person of an organisation that signs in at the provider that can misbehave."""
    organisation, domain = with_sign_on(database, settings, provider.issuer)
    return make_person(database, settings, organisation, email=f"p@{domain}")
