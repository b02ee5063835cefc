"""The commands that make keys and pack binders."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.config import Settings
from app.db import Database
from tests.factories import make_assessment, make_organisation, make_person

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sapa(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line: exit code, standard output, standard error."""
    monkeypatch.setenv("SAPA_DATA_DIR", str(Path(settings.data_dir)))
    monkeypatch.setenv("SAPA_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SAPA_SECRET", settings.secret)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sapa", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_a_key_is_made_exported_replaced_listed_and_retired(database: Database, sapa: Run, tmp_path: Path) -> None:
    number = str(make_organisation(database).id)
    code, first, _told = sapa("key", "create", "--organisation", number)
    assert (code, len(first.strip())) == (0, 64)
    assert sapa("key", "create", "--organisation", number)[0] == 1
    code, certificate, _told = sapa("key", "export", "--organisation", number)
    assert (code, "BEGIN CERTIFICATE" in certificate, "PRIVATE" in certificate) == (0, True, False)
    assert sapa("key", "export", "--organisation", number, "--out", str(tmp_path / "c.pem"))[0] == 0
    assert (tmp_path / "c.pem").read_text(encoding="ascii") == certificate
    code, second, _told = sapa("key", "rotate", "--organisation", number)
    assert (code, first == second) == (0, False)
    assert sapa("key", "retire", "--organisation", number)[0] == 0
    code, listed, _told = sapa("key", "list")
    assert [first.strip() in listed, second.strip() in listed] == [True, True]
    code, _out, told = sapa("key", "export", "--organisation", number)
    assert (code, "sapa key create" in told) == (1, True)


def test_a_binder_is_packed_for_a_person_and_for_nobody_else(
    database: Database, settings: Settings, sapa: Run, tmp_path: Path
) -> None:
    organisation = make_organisation(database)
    assessment, person = make_assessment(database, organisation), make_person(database, settings, organisation)
    stranger = make_person(database, settings, make_organisation(database))
    out = tmp_path / "binder.zip"
    asked = ("binder", str(assessment.id), "--out", str(out), "--kind", "none", "--lang", "kk")
    assert sapa(*asked, "--as", stranger.email)[0] == 1
    assert sapa(*asked, "--as", "nobody@example.org")[0] == 1
    assert not out.exists()
    assert sapa(*asked, "--as", person.email)[0] == 0
    assert set(zipfile.ZipFile(out).namelist()) == {"index.html", "manifest.sha256"}
