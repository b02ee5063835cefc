"""Who may set single sign-on, and what can be set: the operator, on the command line, with addresses that are safe to call."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from app import cli, clock
from app.accounts.sign_in_models import SingleSignOn
from app.accounts.single_sign_on_client import may_be_called
from app.accounts.single_sign_on_settings import UnfitSignOn, Wanted, configure, find, find_by_address
from app.config import Settings
from app.db import Database
from app.errors import Conflict, NotFound, Problem
from app.main import create_app
from app.migrate import migrate
from tests.accounts.single_sign_on.providers import SECRET, own_provider
from tests.accounts.single_sign_on.signing_on import events
from tests.conftest import routes_of
from tests.factories import make_organisation

GOOD = Wanted("https://id.example", "sapa", SECRET, ("set.example",))


def _set(database: Database, settings: Settings, organisation_id: int, wanted: Wanted) -> None:
    with database.write() as session:
        configure(session, settings, organisation_id, wanted, now=clock.now())


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example",
        "http://169.254.169.254/latest",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "https://user:password@id.example",
        "https://",
        "https://id.example:port",
        "https://id.example/#fragment",
        "https://id.example/\nx",
        "https://id.example\\@evil.example",
        "ftp://id.example",
        "file:///etc/passwd",
        "id.example",
        "",
    ],
)
def test_an_address_that_is_not_safe_to_call_is_not_called(address: str, settings: Settings) -> None:
    assert not may_be_called(settings, address)


def test_this_machine_may_be_called_without_tls_outside_production_only(settings: Settings) -> None:
    production = settings.model_copy(update={"environment": "production"})
    for address in ("http://localhost:9400", "http://127.0.0.1", "http://[::1]:80/x"):
        assert may_be_called(settings, address)
        assert not may_be_called(production, address)
    assert may_be_called(production, "https://id.example/realms/uni")


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("http://id.example", "sapa", SECRET, ("bad.example",)),
        Wanted("https://id.example/?tenant=1", "sapa", SECRET, ("bad.example",)),
        Wanted("https://id.example/" + "x" * 500, "sapa", SECRET, ("bad.example",)),
        Wanted("https://id.example", "", SECRET, ("bad.example",)),
        Wanted("https://id.example", "sapa", "", ("bad.example",)),
        Wanted("https://id.example", "sapa", SECRET, ()),
        Wanted("https://id.example", "sapa", SECRET, ("example",)),
        Wanted("https://id.example", "sapa", SECRET, ("*.example",)),
        Wanted("https://id.example", "sapa", SECRET, ("a@bad.example",)),
    ],
)
def test_settings_that_cannot_be_used_are_refused(database: Database, settings: Settings, wanted: Wanted) -> None:
    organisation = make_organisation(database)
    with pytest.raises(UnfitSignOn):
        _set(database, settings, organisation.id, wanted)


def test_a_domain_belongs_to_one_organisation_and_is_found_whatever_its_case(database: Database, settings: Settings) -> None:
    first, second = make_organisation(database), make_organisation(database)
    wanted = Wanted("https://id.example", "sapa", SECRET, ("@Only.Example", "университет.example"))
    _set(database, settings, first.id, wanted)

    with pytest.raises(Conflict, match=r"only\.example"):
        _set(database, settings, second.id, wanted)
    with pytest.raises(NotFound):
        _set(database, settings, 999_999, wanted)
    with database.read() as session:
        for address in ("a@only.example", " A@ONLY.EXAMPLE ", "а@Университет.example"):
            client = find_by_address(session, settings, address)
            assert client is not None, address
            assert client.organisation_id == first.id
        for address in ("a@sub.only.example", "a@xonly.example", "only.example", "@only.example", "a@b@only.example", ""):
            assert find_by_address(session, settings, address) is None, address


def test_the_secret_is_sealed_and_a_database_with_another_installations_secret_does_not_open_it(
    database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    _set(database, settings, organisation.id, GOOD)

    with database.read() as session:
        stored = session.scalars(select(SingleSignOn).where(SingleSignOn.organisation_id == organisation.id)).one()
        client = find(session, settings, organisation.id)
        assert client is not None
        assert client.secret == SECRET
        assert SECRET not in stored.sealed_secret
        elsewhere = settings.model_copy(update={"secret": "x" * 32})
        with pytest.raises(Problem):
            find(session, elsewhere, organisation.id)
    event = events(database, "sign_on.set")[0]
    assert (event.chain, event.subject) == (organisation.id, f"organisation:{organisation.id}")
    assert SECRET not in str(event.data)


def test_no_page_and_no_part_of_the_api_sets_it(settings: Settings) -> None:
    app = create_app(settings)
    app.state.database.close()
    named = [(method, path) for method, path in routes_of(app) if "sso" in path or "sign_on" in path or "sign-in" in path]

    assert {path for method, path in named if method != "GET"} <= {"/sign-in", "/sign-in/organisation"} | {
        path for _method, path in named if path.startswith("/sign-in/") and "organisation" not in path
    }


def test_the_operator_sets_lists_and_removes_it_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path, secret="x" * 40)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SAPA_SECRET", settings.secret)

    def sapa(*arguments: str, said: str = "") -> Result:
        return CliRunner().invoke(cli.app, ["sso", *arguments], input=said)

    migrate(settings)
    database = Database(settings)
    number = str(make_organisation(database, "Command University").id)
    with own_provider() as provider:
        what = ("--issuer", provider.issuer, "--client-id", "sapa", "--domain", "a.example", "--domain", "b.example")
        done = sapa("set", "--organisation", number, *what, said=f"{SECRET}\n")
        assert (done.exit_code, done.stdout) == (0, "")
        assert "http://127.0.0.1:8000/sign-in/organisation/return" in done.stderr
        assert "could not be used" not in done.stderr
    listed = sapa("list")
    assert provider.issuer in listed.stdout
    assert "a.example,b.example" in listed.stdout
    assert SECRET not in listed.output + done.output
    again = sapa("set", "--organisation", number, *what, said=SECRET)
    assert (again.exit_code, "issuer_gone" in again.stderr) == (0, True)
    refused = sapa("set", "--organisation", number, "--issuer", "http://id.example", *what[2:], said=SECRET)
    assert isinstance(refused.exception, UnfitSignOn)
    assert sapa("remove", "--organisation", number).exit_code == 0
    assert sapa("list").stdout == ""
    assert isinstance(sapa("remove", "--organisation", number).exception, NotFound)
    database.close()
