"""An installation that is not safe does not start, and is told why; a good one does."""

import json
import re
import secrets
import sqlite3
import tomllib
from pathlib import Path

import pytest

from app import doctor
from app.config import Settings
from app.doctor import State
from app.migrate import migrate
from tests.process import SECRET, TOLD, sapa, served

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {"SAPA_ENVIRONMENT": "production", "SAPA_BASE_URL": "https://sapa.example"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that only its owner can open."""
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    return made


def refused(folder: Path, settings: dict[str, str], told: str, plant: str = "") -> None:
    """`sapa serve` exits with 1 and these words, and never binds a port."""
    ended = sapa(folder, settings, "serve", "--port", "8765", plant=plant)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert TOLD not in ended.stderr
    assert SECRET not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("short", "SAPA_SECRET needs at least 32 characters"),
        ("change-me-change-me-change-me-change-me", "an example that was never replaced"),
    ],
)
def test_production_does_not_start_with_a_secret_that_can_be_guessed(folder: Path, secret: str, told: str) -> None:
    refused(folder, {**PRODUCTION, "SAPA_SECRET": secret}, told)
    assert not list(folder.iterdir()), "nothing is made where nothing may start"


@pytest.mark.parametrize(
    "secret", ["short", "0123456789abcdef0123456789abcdef", "ab12" * 10, "z" * 40, "MySecret-MySecret-MySecret-9876543"]
)
def test_a_secret_that_was_not_drawn_by_chance_is_weak(secret: str) -> None:
    assert doctor.weakness_of(secret)


def test_production_does_not_start_without_a_secret_or_without_tls(folder: Path) -> None:
    refused(folder, {**PRODUCTION, "SAPA_BASE_URL": "http://sapa.example"}, "SAPA_BASE_URL must begin with https://")
    ended = sapa(folder, PRODUCTION, "serve", plant='import os; del os.environ["SAPA_SECRET"]')
    assert (ended.returncode, TOLD in ended.stderr) == (1, False)
    assert "SAPA_SECRET is needed in production" in ended.stderr


def test_nothing_starts_on_a_data_folder_that_others_can_open(folder: Path) -> None:
    folder.chmod(0o755)
    refused(folder, {}, f"run: chmod go-rwx {folder}")
    worker = sapa(folder, {}, "worker", "--once")
    assert (worker.returncode, f"run: chmod go-rwx {folder}" in worker.stderr) == (1, True)
    for mode in (0o710, 0o701, 0o770, 0o777, 0o750):
        folder.chmod(mode)
        found = {check.name: check for check in doctor.examine(Settings(data_dir=folder))}
        assert found["data folder"].state is State.REFUSED, oct(mode)


def test_nothing_starts_on_a_database_that_others_can_read(tmp_path: Path, folder: Path) -> None:
    open_place = tmp_path / "open"
    open_place.mkdir()
    open_place.chmod(0o755)
    (open_place / "sapa.db").touch(mode=0o644)
    (open_place / "sapa.db").chmod(0o644)
    address = f"sqlite:///{open_place / 'sapa.db'}"
    refused(folder, {"SAPA_DATABASE_URL": address}, f"run: chmod go-rwx {open_place / 'sapa.db'}")


@pytest.mark.parametrize(
    ("pragma", "told"), [("foreign_keys=OFF", "foreign_keys is off"), ("synchronous=NORMAL", "synchronous is not FULL")]
)
def test_nothing_starts_on_a_database_that_would_lose_something(folder: Path, pragma: str, told: str) -> None:
    refused(folder, {}, told, plant=f"import app.db; app.db.PRAGMAS = (*app.db.PRAGMAS, {pragma!r})")


def test_nothing_starts_with_a_renderer_that_can_be_made_to_call_servers(tmp_path: Path, folder: Path) -> None:
    planted = tmp_path / "packages" / "weasyprint-69.2.dist-info"
    planted.mkdir(parents=True)
    (planted / "METADATA").write_text("Metadata-Version: 2.1\nName: weasyprint\nVersion: 69.2\n", encoding="utf-8")
    refused(folder, {"PYTHONPATH": str(planted.parent)}, "version 69.2 is too old")


def test_nothing_starts_on_a_database_of_a_newer_version(folder: Path) -> None:
    migrate(Settings(data_dir=folder))
    with sqlite3.connect(folder / "sapa.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    connection.close()
    refused(folder, {}, "made by a newer version")


def test_nothing_starts_where_evidence_cannot_be_stored(folder: Path) -> None:
    (folder / "files").touch(mode=0o600)
    refused(folder, {}, "cannot be written")


def test_a_good_installation_starts_and_says_so(folder: Path) -> None:
    with served(folder, {}) as site:
        assert any(TOLD in line for line in site.lines()), "the hook that sees ports works"
    assert oct((folder / "sapa.db").stat().st_mode)[-3:] == "600"
    told = sapa(folder, {}, "doctor", "--json")
    assert told.returncode == 0, told.stderr
    listed = json.loads(told.stdout)
    assert {one["name"]: one["state"] for one in listed} == {
        "secret": "ok",
        "address": "note",
        "weasyprint": "ok",
        "space": "ok",
        "storage": "ok",
        "mail": "note",
        "scanner": "note",
        "data folder": "ok",
        "database file": "ok",
        "foreign keys": "ok",
        "durability": "ok",
        "migrations": "ok",
    }
    assert all(one["remedy"] for one in listed if one["state"] != "ok")


def test_the_list_says_every_refusal_at_once_and_exits_with_1(folder: Path) -> None:
    folder.chmod(0o755)
    told = sapa(folder, {**PRODUCTION, "SAPA_SECRET": "default-" * 5}, "doctor")
    assert told.returncode == 1
    assert re.findall(r"^refused +([a-z ]+):", told.stdout, re.MULTILINE) == ["secret", "data folder"]


def test_a_secret_may_lie_in_a_file(tmp_path: Path, folder: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text(SECRET + "\n", encoding="utf-8")
    plant = 'import os; del os.environ["SAPA_SECRET"]'
    told = sapa(folder, {**PRODUCTION, "SAPA_SECRET_FILE": str(kept)}, "doctor", plant=plant)
    assert told.returncode == 0, told.stderr


def test_secrets_drawn_by_chance_are_taken() -> None:
    for _number in range(2000):
        assert doctor.weakness_of(secrets.token_urlsafe(32)) is None
        assert doctor.weakness_of(secrets.token_hex(32)) is None


def test_the_floor_of_the_renderer_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = next(one for one in project["dependencies"] if one.startswith("weasyprint"))
    assert re.findall(r"[\d.]+", asked) == [doctor.WEASYPRINT_FLOOR]


def test_what_each_engine_says_of_itself_is_told(settings: Settings) -> None:
    found = {check.name: check for check in doctor.examine(settings)}
    assert found["migrations"].state is State.OK
    if settings.database_url:
        # The test's own server runs without fsync, to be quick: exactly what an operator must be told.
        assert found["durability"].state is State.NOTE
        assert "fsync" in found["durability"].found
    else:
        assert found["durability"].state is State.OK


def test_a_database_that_does_not_answer_is_refused_in_words(folder: Path) -> None:
    address = "postgresql://sapa@127.0.0.1:9/sapa?connect_timeout=2"
    refused(folder, {"SAPA_DATABASE_URL": address}, "the database does not answer")
