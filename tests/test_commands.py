"""Commands that are given something wrong say so in words: no traceback reaches the person who typed them."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.service_cli import settings_at
from tests.factories import EXAMPLES

SAMPLE = str(EXAMPLES / "small.en.yaml")


def _sapa(*arguments: str, **environment: str) -> tuple[int, str]:
    settings = [f"{name}={value}" for name, value in environment.items()]
    command = ["/usr/bin/env", *settings, sys.executable, "-m", "app.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SAPA_MAX_UPLOAD", "much", "SAPA_MAX_UPLOAD: "),
        ("SAPA_SECRET", "short", "SAPA_SECRET needs at least"),
        ("SAPA_TIMEZONE", "Nowhere/At-all", "SAPA_TIMEZONE names no time zone"),
        ("SAPA_ENVIRONMENT", "production", "SAPA_BASE_URL must begin with https://"),
        ("SAPA_DATABASE_URL", "mysql://localhost/sapa", "SAPA_DATABASE_URL must begin with"),
        ("SAPA_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/sapa", "The database cannot be used: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, told: str, tmp_path: Path) -> None:
    code, said = _sapa("migrate", **{"SAPA_DATA_DIR": str(tmp_path), name: value})
    assert (code, told in said, "Traceback" in said) == (1, True, False), said


def test_a_file_that_is_not_there_is_named_without_the_systems_number() -> None:
    code, said = _sapa("verify", "absent.pdf")
    assert (code, said.strip()) == (1, "absent.pdf: No such file or directory")


def test_a_rubric_that_extends_nothing_is_no_place_to_move_to() -> None:
    code, said = _sapa("edition", "move", SAMPLE, "esg-2015@1")
    assert (code, "esg-2015@1 extends no other edition" in said) == (1, True), said


def test_a_port_that_does_not_exist_is_wrong_usage() -> None:
    code, said = _sapa("serve", "--port", "99999")
    assert (code, "Traceback" in said) == (2, False), said


@pytest.mark.parametrize(("host", "named"), [("127.0.0.1", "127.0.0.1"), ("192.0.2.7", "192.0.2.7"), ("0.0.0.0", "127.0.0.1")])  # noqa: S104 - nothing listens
def test_the_site_goes_by_the_address_it_listens_on(host: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAPA_BASE_URL", raising=False)
    assert settings_at(host, 8123).base_url == f"http://{named}:8123"


def test_an_address_that_was_given_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_BASE_URL", "https://sapa.example")
    assert settings_at("127.0.0.1", 8123).base_url == "https://sapa.example"
