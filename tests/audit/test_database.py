"""The trail in a real database, on both engines: triggers refuse changes, and where they were dropped, the check finds them."""

import json
import random
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock
from app.audit import access, chain
from app.audit.models import AuditDetail, AuditEvent, AuditHead
from app.audit.verify import Fault, Head, verify
from app.cli import main
from app.config import Settings
from app.db import Database, make_engine
from app.migrate import migrate

SEED, TAMPERINGS, EVENTS = 20_261_126, 36, 60


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A migrated installation of these tests' own: what they do to its trail, they take back."""
    address = ""
    if request.param == "postgresql":
        shared = request.getfixturevalue("postgresql")
        address = shared.replace("/sapa_test?", "/sapa_trail?")
        engine = make_engine(Settings(database_url=shared)).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE sapa_trail"))
        engine.dispose()
    made = Settings(data_dir=tmp_path_factory.mktemp("trail"), database_url=address)
    migrate(made)
    return made


@pytest.fixture(scope="module")
def trail(own: Settings) -> Iterator[Database]:
    """Some dozen events in two chains, details among them."""
    database = Database(own)
    for number in range(1, EVENTS + 1):
        with database.write() as session:
            about = chain.About({"email": f"p{number}@example.org", "role": "қызмет"}, number) if number % 5 == 0 else None
            chain.append(
                session,
                "answer.saved",
                chain=number % 2,
                actor_id=number % 3 or None,
                subject=f"assessment:{number % 4}",
                at=clock.now(),
                data={"criterion": "esg:құжат", "version": number, "share": 0.1, "nothing": None, "list": [1, "a"]},
                about=about,
            )
    yield database
    database.close()


def faults(database: Database, *witnesses: Head) -> list[Fault]:
    with database.read() as session:
        access.one_moment(session)
        return [one.fault for one in verify(access.recorded(session), access.heads(session), witnesses)]


def test_an_honest_trail_is_whole(trail: Database) -> None:
    assert faults(trail) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET kind = 'forged' WHERE number = 3",
        "UPDATE audit_event SET kind = 'forged' WHERE number = 3 AND chain = 1",
        "DELETE FROM audit_event WHERE number = 3",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(trail: Database, statement: str) -> None:
    _refused(trail, statement)


def test_the_database_refuses_what_deletes_by_another_name(trail: Database) -> None:
    columns = "chain, at, kind, actor_id, subject, data, detail_digest, previous, hash"
    by_id = f"INTO audit_event (id, number, {columns}) SELECT id, 99, {columns} FROM audit_event"  # noqa: S608 - our own names
    by_number = f"INTO audit_event (number, {columns}) SELECT number, {columns} FROM audit_event"  # noqa: S608 - our own names
    if trail.engine.dialect.name == "sqlite":
        _refused(trail, f"INSERT OR REPLACE {by_id}")
        _refused(trail, f"REPLACE {by_number}")
    else:
        _refused(trail, "TRUNCATE audit_event")
        _refused(trail, "TRUNCATE audit_event, audit_detail CASCADE")
        _refused(trail, f"INSERT {by_id} ON CONFLICT (id) DO UPDATE SET kind = 'forged'")


def _refused(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(statement))
    assert faults(database) == []
    with database.read() as session:
        assert len(list(access.recorded(session))) == EVENTS


def drop_triggers(connection: Connection) -> None:
    """What somebody with all rights over the database can do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP TRIGGER audit_event_append_only ON audit_event"))
        return
    for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


Tamper = Callable[[Connection, int, int], None]


def _edit(column: str, value: object) -> Tamper:
    def edit(connection: Connection, of_chain: int, number: int) -> None:
        where = (AuditEvent.chain == of_chain, AuditEvent.number == number)
        connection.execute(update(AuditEvent).where(*where).values({column: value}))

    return edit


def _delete(connection: Connection, of_chain: int, number: int) -> None:
    connection.execute(delete(AuditEvent).where(AuditEvent.chain == of_chain, AuditEvent.number == number))


def _cut(connection: Connection, of_chain: int, number: int) -> None:
    connection.execute(delete(AuditEvent).where(AuditEvent.chain == of_chain, AuditEvent.number >= number))


def _swap(connection: Connection, of_chain: int, number: int) -> None:
    other = number % (EVENTS // 2) + 1
    for old, new in ((number, -1), (other, number), (-1, other)):
        where = (AuditEvent.chain == of_chain, AuditEvent.number == old)
        connection.execute(update(AuditEvent).where(*where).values(number=new))


def _spoil(connection: Connection, of_chain: int, number: int) -> None:
    if connection.dialect.name == "sqlite":
        place = {"chain": of_chain, "number": number}
        connection.execute(text("UPDATE audit_event SET data = '{broken' WHERE chain = :chain AND number = :number"), place)
    else:
        _edit("data", [1, 2])(connection, of_chain, number)


def _head(connection: Connection, of_chain: int, number: int) -> None:
    connection.execute(update(AuditHead).where(AuditHead.chain == of_chain).values(number=number + 100))


def _details(connection: Connection, _chain: int, _number: int) -> None:
    connection.execute(update(AuditDetail).values(data={"email": "forged@example.org"}))


def _no_details(connection: Connection, _chain: int, _number: int) -> None:
    connection.execute(delete(AuditDetail))


def _another_person(connection: Connection, _chain: int, _number: int) -> None:
    connection.execute(update(AuditDetail).values(person_id=AuditDetail.person_id + 1))


TAMPERS: list[Tamper] = [
    _edit("at", clock.now()),
    _edit("kind", "answer.forged"),
    _edit("actor_id", 99),
    _edit("subject", "assessment:99"),
    _edit("data", {"version": 1}),
    _edit("previous", "0" * 63 + "1"),
    _edit("hash", "0" * 64),
    _edit("detail_digest", "0" * 64),
    _edit("chain", 7),
    _edit("number", 500),
    _delete,
    _cut,
    _swap,
    _spoil,
    _head,
    _details,
    _no_details,
    _another_person,
]


def test_what_was_done_with_all_rights_over_the_database_is_found(trail: Database) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    missed = []
    for index in range(TAMPERINGS):
        tamper = TAMPERS[index % len(TAMPERS)]
        of_chain, number = chance.randrange(2), chance.randrange(1, EVENTS // 2 + 1)
        with trail.engine.connect() as connection, connection.begin() as deed:
            drop_triggers(connection)
            tamper(connection, of_chain, number)
            session = Session(connection)
            found = list(verify(access.recorded(session), access.heads(session)))
            deed.rollback()
        if not found:
            missed.append((index, of_chain, number))
    print(f"{TAMPERINGS} tamperings, seed {SEED}")  # noqa: T201 - the seed is printed, so that a failure can be repeated
    assert missed == []
    assert faults(trail) == []


@pytest.fixture
def sapa(
    own: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command line: exit code, standard output, standard error."""
    monkeypatch.setenv("SAPA_DATA_DIR", str(own.data_dir))
    monkeypatch.setenv("SAPA_DATABASE_URL", own.database_url)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sapa", "audit", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_the_command_says_whole_prints_heads_and_hears_a_witness(
    trail: Database, sapa: Callable[..., tuple[int, str, str]]
) -> None:
    assert faults(trail) == []
    assert sapa("verify") == (0, "", f"The trail is whole: {EVENTS} events.\n")
    heads = sapa("head")[1].split()
    assert [one.split(":")[:2] for one in heads] == [["0", "30"], ["1", "30"]]
    assert sapa("verify", "--head", heads[0], "--head", heads[1][:21])[0] == 0
    told = "chain 1, event 31: the end of the chain was cut off\n"
    assert sapa("verify", "--head", f"1:31:{'0' * 64}") == (1, told, f"The trail is not whole: 1 faults in {EVENTS} events.\n")
    code, out, _err = sapa("verify", "--head", f"1:12:{'0' * 16}", "--json")
    found = {"chain": 1, "number": 12, "fault": "rewritten", "told": f"chain 1, event 12: {Fault.REWRITTEN.told}"}
    assert (code, json.loads(out)) == (1, {"whole": False, "events": EVENTS, "faults": 1, "found": [found]})
    assert sapa("verify", "--head", "1:30:ab")[0] == 2
