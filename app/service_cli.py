"""Commands that run the service and make reports: migrate, serve, demo, user, report, verify, scores."""

import gc
import getpass
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from app import clock, person_cli
from app.accounts import access as accounts
from app.accounts import factors, first_run
from app.accounts import service as account_service
from app.accounts.actor import Actor
from app.accounts.models import Organisation, OrganisationKind, Role
from app.accounts.passwords import Passwords
from app.audit_cli import audit_app
from app.config import Settings
from app.db import Database
from app.doctor import require_fit
from app.errors import NotFound, Problem
from app.i18n import gettext as _
from app.migrate import migrate
from app.portable.read import read_path
from app.report_cli import report_command, write_report
from app.rubrics import registry
from app.verify_cli import verify_command
from app.worker_cli import start_beside

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "paper-university.en.yaml"
OUT = Path(__file__).resolve().parents[1] / "out"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - addresses that are recognised, not listened on
DEMO_ADDRESS = "demo@sapa.example"
user_app = typer.Typer(no_args_is_help=True, help="People who can sign in.")


def migrate_command() -> None:
    """Create the database, or bring it to this version."""
    settings = Settings.from_env()
    migrate(settings)
    _index(settings)
    typer.echo(_("The database is up to date."), err=True)


def serve_command(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Run the site. It does not start where `sapa doctor` finds something that is refused."""
    settings = settings_at(host, port)
    require_fit(settings)
    migrate(settings)
    _index(settings)
    _tell_of_first_run(settings)
    _serve(settings, host, port)


def _index(settings: Settings) -> None:
    """Make the search index if a version without one was here before."""
    from app.search import keeping  # noqa: PLC0415 - other commands need not load it

    database = Database(settings)
    with database.write() as session:
        keeping.fill_if_empty(session.connection())
    database.close()


def _tell_of_first_run(settings: Settings) -> None:
    """While nobody is there: where to make the first account, and the code that shows who sees this console."""
    database = Database(settings)
    with database.read() as session:
        empty = first_run.is_open(session)
    database.close()
    if empty:
        told = _("Nobody is here yet. Make the first account at {address} with the code {code}")
        typer.echo(told.format(address=f"{settings.base_url}/first-run", code=first_run.code_of(settings)), err=True)


def settings_at(host: str, port: int) -> Settings:
    """The settings, with the site's address where it listens unless the environment names another.

    A browser that tells where a form comes from by its address alone is refused where the two differ.
    """
    settings = Settings.from_env()
    if "base_url" in settings.model_fields_set:
        return settings
    # Nobody types the address that stands for every address.
    named = "127.0.0.1" if host in EVERYWHERE else host
    return settings.model_copy(update={"base_url": f"http://{named}:{port}"})


def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn  # noqa: PLC0415 - the other commands do not need a server

    from app.main import create_app  # noqa: PLC0415 - other commands need not load it

    require_fit(settings)
    app = create_app(settings)
    # What was loaded stays: the collector need not look through it again and again.
    gc.freeze()
    uvicorn.run(
        app,
        host=host,
        port=port,
        # Its own log would be text of many lines, and one of every address that was asked for, links among them.
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
    )


def demo_command(
    *,
    serve: Annotated[bool, typer.Option(help="Serve the site after the PDF.")] = True,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1.")] = 8000,
) -> None:
    """Load the sample university once, write its gap analysis to out/, serve the site."""
    settings = settings_at("127.0.0.1", port)
    migrate(settings)
    password = _load_sample(settings)
    pdf = OUT / "gap-analysis.pdf"
    write_report(EXAMPLE, pdf, language="en", kind="full", day=None)
    typer.echo(_("The gap analysis of the sample university: {path}").format(path=pdf))
    typer.echo(_("The site: http://127.0.0.1:{port}").format(port=port))
    typer.echo(_("Sign in as {email} with the password {password}").format(email=DEMO_ADDRESS, password=password))
    sys.stdout.flush()
    if serve:
        start_beside(settings)
        _serve(settings, "127.0.0.1", port)


def sample_in(language: str) -> Path:
    """The sample university as its quality manager wrote it in this language: the same figures, other words."""
    return EXAMPLE.with_name(f"paper-university.{language}.yaml")


def _load_sample(settings: Settings) -> str:
    """Make the sample university, once in each language, and its quality manager.

    The password is new on every start and shown once.
    """
    from app.assessments.transfer import import_portable  # noqa: PLC0415 - other commands need not load it
    from app.search import keeping  # noqa: PLC0415 - other commands need not load it

    keeping.follow()
    library = registry.home()
    passwords = Passwords(settings)
    password = "-".join(secrets.token_hex(2) for _part in range(3))
    database = Database(settings)
    now = clock.now()
    with database.write() as session:
        person = accounts.find_person(session, DEMO_ADDRESS)
        if person is not None:
            person.password_hash = passwords.hash(password)
        else:
            name = _("Quality manager (sample)")
            person = account_service.create_person(session, passwords, email=DEMO_ADDRESS, name=name, password=password, now=now)
            for language in ("kk", "ru", "en"):
                portable = read_path(sample_in(language), library)
                university = account_service.create_organisation(session, portable.institution.name[language], now=now)
                account_service.grant(session, person, university, Role.QUALITY_MANAGER, now=now)
                import_portable(session, library, university, portable, Actor.of(person, at=now), now=now)
    database.close()
    return password


@user_app.command("create")
def user_create(
    email: Annotated[str, typer.Argument(help="E-mail address.")],
    name: Annotated[str, typer.Option(help="Name as others see it.")],
    organisation: Annotated[str, typer.Option(help="Name of the university; made when it does not exist.")],
    role: Annotated[Role, typer.Option(help="Role in it.")] = Role.QUALITY_MANAGER,
    kind: Annotated[OrganisationKind, typer.Option(help="What a new organisation is.")] = OrganisationKind.UNIVERSITY,
    *,
    operator: Annotated[bool, typer.Option("--operator", help="Runs the installation too.")] = False,
) -> None:
    """Make a person with a role. The password is asked for, or read from standard input."""
    from sqlalchemy import select  # noqa: PLC0415 - other commands need not load it

    settings = Settings.from_env()
    migrate(settings)
    password = getpass.getpass(_("Password: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    database = Database(settings)
    with database.write() as session:
        now = clock.now()
        found = session.scalar(select(Organisation).where(Organisation.name == organisation))
        home = found or account_service.create_organisation(session, organisation, kind=kind, now=now)
        person = account_service.create_person(session, Passwords(settings), email=email, name=name, password=password, now=now)
        account_service.grant(session, person, home, role, now=now)
        person.is_operator = operator
    database.close()
    typer.echo(_("{email} can sign in now.").format(email=email), err=True)


@user_app.command("forget-factors")
def user_forget_factors(email: Annotated[str, typer.Argument(help="E-mail address.")]) -> None:
    """Take away the second factors of somebody who has lost all of them, and sign them out everywhere.

    Make sure first that it is this person who asks: their password alone opens the account afterwards.
    """
    database = Database(Settings.from_env())
    with database.write() as session:
        person = accounts.find_person(session, email)
        if person is None:
            raise NotFound(_("Nobody has this address."))
        factors.forget(session, person, now=clock.now())
    database.close()
    typer.echo(
        _("{email} signs in with the password alone now, until they set up a second factor.").format(email=email), err=True
    )


def scores_command() -> None:
    """Recompute the scores of every assessment and compare them with the stored ones."""
    from app.assessments.checks import wrong_scores  # noqa: PLC0415 - other commands need not load it

    database = Database(Settings.from_env())
    with database.read() as session:
        count, wrong = wrong_scores(session, registry.home())
    database.close()
    if wrong:
        raise Problem(_("Stored scores differ from recomputed ones: assessments {ids}").format(ids=", ".join(map(str, wrong))))
    typer.echo(_("{count} assessments: every stored score equals the recomputed one.").format(count=count), err=True)


def install(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("migrate")(migrate_command)
    app.command("serve")(serve_command)
    app.command("demo")(demo_command)
    app.command("report")(report_command)
    app.command("verify")(verify_command)
    app.command("scores")(scores_command)
    person_cli.install(user_app)
    app.add_typer(user_app, name="user")
    app.add_typer(audit_app, name="audit")
