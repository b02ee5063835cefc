"""Several organisations and several people at one issuer: each is linked for itself, and ends for itself."""

from sqlalchemy import func, select

from app import clock
from app.accounts import service as accounts
from app.accounts import single_sign_on_settings
from app.accounts.models import Organisation, Role
from app.accounts.sign_in_models import ExternalIdentity
from app.accounts.single_sign_on_settings import Wanted, configure
from app.config import Settings
from app.db import Database
from tests.accounts.single_sign_on.providers import CLIENT_ID, SECRET, RealProvider
from tests.accounts.single_sign_on.signing_on import begin, come_back, is_signed_in, newest_session, sign_on, with_sign_on
from tests.conftest import Client
from tests.factories import make_organisation, make_person

Home = tuple[Organisation, str]


def _linked(database: Database, organisation: Organisation) -> int:
    with database.read() as session:
        query = select(func.count()).where(ExternalIdentity.organisation_id == organisation.id)
        return session.scalar(query) or 0


def test_who_works_elsewhere_and_is_not_invited_does_not_come_in(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: Home
) -> None:
    organisation, domain = home
    make_person(database, settings, organisation, email=f"colleague@{domain}")
    stranger = make_person(database, settings, make_organisation(database), email=f"elsewhere@{domain}")
    sign_on(client, issuer, stranger.email, "subject-elsewhere")
    assert not is_signed_in(client)
    assert _linked(database, organisation) == 0


def test_two_people_of_an_organisation_and_one_of_two_organisations_are_linked_each_for_themselves(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: Home
) -> None:
    organisation, domain = home
    other, other_domain = with_sign_on(database, settings, issuer.issuer)
    first = make_person(database, settings, organisation, email=f"first@{domain}")
    second = make_person(database, settings, organisation, email=f"second@{domain}")
    for person, subject in ((first, "subject-first"), (second, "subject-second")):
        sign_on(client, issuer, person.email, subject)
        assert newest_session(database).person_id == person.id
    with database.write() as session:
        accounts.grant(session, first, other, Role.CONTRIBUTOR, now=clock.now())
        # The domain moves to the other organisation: from now on its people sign in there.
        for one, domains in ((organisation, (f"old-{domain}",)), (other, (other_domain, domain))):
            configure(session, settings, one.id, Wanted(issuer.issuer, CLIENT_ID, SECRET, domains), now=clock.now())
    sign_on(client, issuer, first.email, "subject-first")
    assert is_signed_in(client)
    assert newest_session(database).only_organisation_id == other.id
    assert (_linked(database, organisation), _linked(database, other)) == (2, 1)


def test_ending_the_sign_on_of_one_organisation_leaves_that_of_another(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: Home
) -> None:
    organisation, domain = home
    ending, ending_domain = with_sign_on(database, settings, issuer.issuer)
    stays = make_person(database, settings, organisation, email=f"stays@{domain}")
    goes = make_person(database, settings, ending, email=f"goes@{ending_domain}")
    sign_on(client, issuer, goes.email, "subject-goes")
    sign_on(client, issuer, stays.email, "subject-stays")
    signed_in = dict(client.cookies)
    under_way = begin(client.signed_out(), stays.email)
    with database.write() as session:
        single_sign_on_settings.remove(session, ending.id, now=clock.now())
    assert (_linked(database, organisation), _linked(database, ending)) == (1, 0)
    come_back(client, issuer.sign_in(under_way, "subject-stays"))
    assert is_signed_in(client)
    client.cookies.clear()
    client.cookies.update(signed_in)
    assert is_signed_in(client)
