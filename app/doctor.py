"""Is this installation fit to run: what `sapa doctor` lists, and what keeps `sapa serve` from starting."""

import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import LEAST_SECRET, Settings
from app.db import make_engine
from app.errors import Problem
from app.i18n import gettext as _
from app.migrate import Standing, standing
from app.scanning import ScannerAway

WEASYPRINT_FLOOR = "70.0"
"""Below it, metadata and style sheets get past a fetcher that refuses; the same as in pyproject.toml."""
LEAST_LETTERS = 9
"""Different characters in a secret: 32 drawn from 16 hexadecimal digits have fewer in one of 100,000."""
FULL = 2
"""SQLite's number for synchronous=FULL; 3 is EXTRA."""
LITTLE_SPACE = 1024**3
_PLACEHOLDERS = re.compile(r"change.?me|secret|password|default|example|placeholder|insecure|qwerty|123456|abcdef", re.IGNORECASE)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class State(StrEnum):
    """How a check came out. A refused one keeps the service from starting; a note is for the operator to know."""

    OK = "ok"
    REFUSED = "refused"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it found, and for all but OK what to do."""

    name: str
    state: State
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        """As it is printed."""
        return f"{self.state.value:<8} {self.name}: {self.found}" + (f" - {self.remedy}" if self.remedy else "")


class NotFit(Problem):
    """Something would make the service unsafe: it does not start."""


def require_fit(settings: Settings) -> None:
    """Raise NotFit with everything that is refused."""
    refused = [check for check in examine(settings) if check.state is State.REFUSED]
    if refused:
        raise NotFit("\n".join([_("Sapa does not start:"), *(str(check) for check in refused)]))


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which they are printed. Nothing is changed."""
    found = [check(settings) for check in (_secret, _address, _weasyprint, _space, _storage, _mail, _scanner)]
    return [*found, *_folders(settings), *_database(settings)]


def weakness_of(secret: str) -> str | None:
    """Why a secret can be guessed; None for one that looks drawn by chance."""
    if len(secret) < LEAST_SECRET:
        return _("it has {count} characters, at least {least} are needed").format(count=len(secret), least=LEAST_SECRET)
    if _PLACEHOLDERS.search(secret):
        return _("it looks like an example that was never replaced")
    if len(set(secret)) < LEAST_LETTERS or secret in (secret + secret)[1:-1]:
        return _("it repeats itself")
    return None


def _secret(settings: Settings) -> Check:
    weak = weakness_of(settings.secret)
    remedy = _('set SAPA_SECRET to what `python3 -c "import secrets; print(secrets.token_urlsafe(32))"` prints, and keep it')
    if weak is None:
        return Check("secret", State.OK, _("long and not to be guessed"))
    production = settings.environment == "production"
    return Check("secret", State.REFUSED if production else State.NOTE, weak, remedy)


def _address(settings: Settings) -> Check:
    if settings.https:
        return Check("address", State.OK, settings.base_url)
    found = _("{address} is not encrypted: cookies and passwords can be read on the way").format(address=settings.base_url)
    state = State.REFUSED if settings.environment == "production" else State.NOTE
    return Check("address", state, found, _("set SAPA_BASE_URL to the https:// address that people use"))


def _weasyprint(_settings: Settings) -> Check:
    try:
        version = metadata.version("weasyprint")
    except metadata.PackageNotFoundError:
        version = "0"
    if _numbers(version) >= _numbers(WEASYPRINT_FLOOR):
        return Check("weasyprint", State.OK, version)
    found = _("version {version} is too old: what people write could make it read files or call servers").format(version=version)
    return Check("weasyprint", State.REFUSED, found, _("install {floor} or newer").format(floor=WEASYPRINT_FLOOR))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _folders(settings: Settings) -> Iterator[Check]:
    """The data folder is for its owner alone; a database file that stands open lies at least in such a folder."""
    yield _private("data folder", settings.data_dir, State.REFUSED)
    path = _sqlite_file(settings)
    if path is not None and path.exists():
        behind_a_door = not path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH)
        yield _private("database file", path, State.NOTE if behind_a_door else State.REFUSED)


def _private(name: str, path: Path, state: State) -> Check:
    if not path.exists():
        return Check(name, State.OK, _("{path} will be made").format(path=path))
    mode = path.stat().st_mode
    if not mode & _OTHERS:
        return Check(name, State.OK, f"{path} ({stat.filemode(mode)})")
    found = _("others on this machine may open {path} ({mode})").format(path=path, mode=stat.filemode(mode))
    return Check(name, state, found, _("run: chmod {wanted} {path}").format(wanted="go-rwx", path=path))


def _storage(settings: Settings) -> Check:
    """Try to write where evidence is stored, or in the nearest folder above it that is there."""
    folder = settings.files_dir
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check("storage", State.OK, _("{path} can be written").format(path=folder))
    except OSError as failed:
        found = _("{path} cannot be written ({reason})").format(path=folder, reason=failed.strerror)
        return Check("storage", State.REFUSED, found, _("give the folder to the user who runs Sapa"))


def _space(settings: Settings) -> Check:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    found = _("{free} GB of {total} GB are free").format(free=f"{usage.free / 1e9:.1f}", total=f"{usage.total / 1e9:.1f}")
    if usage.free >= LITTLE_SPACE:
        return Check("space", State.OK, found)
    return Check("space", State.NOTE, found, _("make room: without space nothing can be saved"))


def _mail(settings: Settings) -> Check:
    """Mail goes out only when a server is set; what else belongs to it the settings check themselves."""
    host = str(getattr(settings, "smtp_host", ""))
    if host:
        return Check("mail", State.OK, host)
    found = _("no mail server is set: links to invitations and new passwords wait for the operator to hand them on")
    return Check("mail", State.NOTE, found, _("set SAPA_SMTP_HOST and the settings beside it"))


def _scanner(settings: Settings) -> Check:
    """Whether uploaded files are scanned for viruses: the operator's choice, told and not refused."""
    if settings.scanner is None:
        found = _("no virus scanner is set: files are shown as not scanned")
        return Check("scanner", State.NOTE, found, _("install clamd and set SAPA_CLAMD, for example to /run/clamav/clamd.ctl"))
    try:
        return Check("scanner", State.OK, settings.scanner.version())
    except ScannerAway:
        kept = _("{address} does not answer: until it does, files are kept as not scanned")
        refused = _("{address} does not answer: until it does, files are refused")
        found = (refused if settings.clamd_required else kept).format(address=settings.clamd)
        return Check("scanner", State.NOTE, found, _("look whether clamd runs and whether this user may use its socket"))


def _sqlite_file(settings: Settings) -> Path | None:
    url = make_url(settings.database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _database(settings: Settings) -> Iterator[Check]:
    path = _sqlite_file(settings)
    if path is not None and not path.exists():
        yield Check("database", State.NOTE, _("{path} is not there yet").format(path=path), _("`sapa migrate` makes it"))
        return
    engine = make_engine(settings)
    try:
        with engine.connect() as connection:
            yield from _durability(connection) if path else _postgresql(connection, settings)
        yield _migrations(engine)
    except SQLAlchemyError as failed:
        found = _("the database does not answer ({reason})").format(reason=str(failed).splitlines()[0][:200])
        yield Check("database", State.REFUSED, found, _("check SAPA_DATABASE_URL, and that the server runs"))
    finally:
        engine.dispose()


def _durability(connection: Connection) -> Iterator[Check]:
    """Ask a fresh connection what it will do, rather than trust what it was told."""
    remedy = _("this build is broken: install Sapa anew, and report it")
    enforced = connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    bad = _("SQLite would keep rows that refer to nothing (foreign_keys is off)")
    yield Check("foreign keys", State.OK, "on") if enforced else Check("foreign keys", State.REFUSED, bad, remedy)
    full = int(connection.execute(text("PRAGMA synchronous")).scalar() or 0) >= FULL
    bad = _("a power cut could take back what was answered as saved (synchronous is not FULL)")
    yield Check("durability", State.OK, "synchronous=FULL") if full else Check("durability", State.REFUSED, bad, remedy)


def _postgresql(connection: Connection, settings: Settings) -> Iterator[Check]:
    """What the server's owner decides: told, not refused."""
    off = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _shown(connection, name) == "off"]
    found = _("a power cut could take back what was answered as saved: off are {names}").format(names=", ".join(off))
    remedy = _("turn them on in the server's postgresql.conf")
    yield Check("durability", State.NOTE, found, remedy) if off else Check("durability", State.OK, "fsync, synchronous_commit")
    parts = urlsplit(settings.database)
    host, mode = parts.hostname or "", parse_qs(parts.query).get("sslmode", [""])[0]
    if host in ("", "localhost", "127.0.0.1", "::1") or mode in ("require", "verify-ca", "verify-full"):
        yield Check("connection", State.OK, host or "local")
    else:
        found = _("what goes to the database on {host} may go unencrypted").format(host=host)
        yield Check("connection", State.NOTE, found, _("add ?sslmode=verify-full to SAPA_DATABASE_URL"))


def _shown(connection: Connection, name: str) -> str:
    return str(connection.execute(text(f"SHOW {name}")).scalar())


def _migrations(engine: Engine) -> Check:
    told: dict[Standing, Callable[[], Check]] = {
        Standing.CURRENT: lambda: Check("migrations", State.OK, _("the database is at this version")),
        Standing.BEHIND: lambda: Check(
            "migrations", State.NOTE, _("the database is older than this version"), _("`sapa migrate` brings it up to date")
        ),
        Standing.UNKNOWN: lambda: Check(
            "migrations",
            State.REFUSED,
            _("the database was made by a newer version, or by another program"),
            _("run the newer version of Sapa, or restore a backup of this one"),
        ),
    }
    return told[standing(engine)]()
