"""Settings, read from the environment in this file only. Every name begins with SAPA_."""

import ipaddress
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses
from pathlib import Path
from typing import Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import Problem
from app.scanning import Scanner

ROOT = Path(__file__).resolve().parents[1]
LEAST_SECRET = 32
LARGEST_PORT = 65_535


def _is_one_address(text: str) -> bool:
    """Whether this is an address, alone or as Name <address>, that a mail server can be given (RFC 5322, section 3.4)."""
    found = [address for _name, address in getaddresses([text])]
    try:
        return text.isprintable() and len(found) == 1 and bool(Address(addr_spec=found[0]).domain)
    # The parser of the standard library raises all of these, IndexError among them, for what is no address.
    except (ValueError, IndexError, MessageError):
        return False


def _is_loopback(host: str) -> bool:
    """Whether what is sent to this host stays on this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _kept_secret(folder: Path) -> str:
    """The secret of a development installation, kept in its data folder: what one process sealed, the next can read."""
    kept = folder / "secret"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = folder / f"secret.{os.getpid()}"
        written.touch(mode=0o600, exist_ok=False)
        written.write_text(secrets.token_urlsafe(LEAST_SECRET), encoding="ascii")
        # A link, not a rename: of two processes that begin at once the first one's secret stays.
        with suppress(FileExistsError):
            kept.hardlink_to(written)
        written.unlink()
    return kept.read_text(encoding="ascii").strip()


class WrongSettings(Problem):
    """The environment's settings cannot be used; the message has a line for each."""


@contextmanager
def _in_words() -> Iterator[None]:
    """What is wrong with the settings, by variable and without the values: one of them is a secret."""
    try:
        yield
    except ValidationError as wrong:
        lines = []
        for one in wrong.errors(include_url=False, include_input=False, include_context=False):
            variable = f"SAPA_{str(one['loc'][0]).upper()}: " if one["loc"] else ""
            lines.append(variable + one["msg"].removeprefix("Value error, "))
        raise WrongSettings("\n".join(lines)) from None
    except ValueError as wrong:
        raise WrongSettings(str(wrong)) from None


class Settings(BaseModel):
    """How this installation runs. Times are in minutes or hours as named, sizes in bytes.

    `trusted_proxies` are the addresses, with commas between, whose X-Forwarded-For is believed; empty for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Literal["development", "production"] = "development"
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    secret: str = Field(default_factory=lambda: secrets.token_urlsafe(LEAST_SECRET), repr=False)
    base_url: str = "http://127.0.0.1:8000"
    session_idle_minutes: int = 120
    session_absolute_hours: int = 12
    timezone: str = "Asia/Almaty"
    max_upload: int = 50 * 1024 * 1024
    preview_room: int = Field(default=512 * 1024 * 1024, ge=0)
    keep_reports_days: int = Field(default=7, ge=1, le=3650)
    password_memory_kib: int = 65_536
    password_rounds: int = 3
    sign_in_attempts: int = 8
    sign_in_attempts_address: int = 60
    sign_in_window_minutes: int = 15
    exports_person: int = Field(default=300, ge=1)
    refused_person: int = Field(default=60, ge=1)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    mail_from: str = ""
    sign_on_timeout_seconds: float = Field(default=10, gt=0, le=60)
    trusted_proxies: str = ""
    timestamp_url: str = ""
    verify_attempts_address: int = Field(default=30, ge=1)
    clamd: str = ""
    clamd_elsewhere: bool = False
    clamd_required: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.environment == "production" and not self.https:
            message = "SAPA_BASE_URL must begin with https:// in production"
            raise ValueError(message)
        if not self.database.startswith(("sqlite", "postgresql")):
            message = "SAPA_DATABASE_URL must begin with sqlite or postgresql"
            raise ValueError(message)
        if self.timezone not in available_timezones():
            message = f"SAPA_TIMEZONE names no time zone: {self.timezone}; write it like Asia/Almaty"
            raise ValueError(message)
        if len(self.secret) < LEAST_SECRET:
            message = f"SAPA_SECRET needs at least {LEAST_SECRET} characters"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _mail_complete(self) -> Self:
        if not self.smtp_host:
            return self
        if not _is_one_address(self.mail_from):
            message = "SAPA_MAIL_FROM must be one address when SAPA_SMTP_HOST is set, like Sapa <sapa@example.edu>"
            raise ValueError(message)
        if bool(self.smtp_user) != bool(self.smtp_password):
            message = "SAPA_SMTP_USER and SAPA_SMTP_PASSWORD are given together or not at all"
            raise ValueError(message)
        if self.environment == "production" and self.smtp_tls == "none" and not _is_loopback(self.smtp_host):
            message = "SAPA_SMTP_TLS=none is refused in production unless the mail server is this machine: use starttls or tls"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _stamps_reachable(self) -> Self:
        if self.timestamp_url and not self.timestamp_url.startswith(("https://", "http://")):
            message = "SAPA_TIMESTAMP_URL must begin with https:// or http://"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _scanner_reachable(self) -> Self:
        if not self.clamd or Path(self.clamd).is_absolute():
            return self
        host, _colon, port = self.clamd.rpartition(":")
        if not host or not port.isascii() or not port.isdecimal() or not 1 <= int(port) <= LARGEST_PORT:
            message = "SAPA_CLAMD must be the path of clamd's socket or host:port, like /run/clamav/clamd.ctl or 127.0.0.1:3310"
            raise ValueError(message)
        if not _is_loopback(host) and not self.clamd_elsewhere:
            message = "SAPA_CLAMD is not this machine: files would leave it unencrypted; SAPA_CLAMD_ELSEWHERE=true allows that"
            raise ValueError(message)
        return self

    @property
    def scanner(self) -> Scanner | None:
        """The virus scanner that is asked about each file; None where none is set."""
        return Scanner(self.clamd, required=self.clamd_required) if self.clamd else None

    @property
    def https(self) -> bool:
        """Whether people reach the site over TLS: cookies are then Secure and bound to the host."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's address; a file in the data folder unless another is given."""
        return self.database_url or f"sqlite:///{self.data_dir / 'sapa.db'}"

    @property
    def files_dir(self) -> Path:
        """Where the bytes of evidence lie."""
        return self.data_dir / "files"

    @property
    def previews_dir(self) -> Path:
        """Where pictures of pages are kept; they can be deleted at any time."""
        return self.data_dir / "previews"

    @property
    def reports_dir(self) -> Path:
        """Where reports that workers made are kept; they can be deleted at any time and made again."""
        return self.data_dir / "reports"

    @property
    def fragments_dir(self) -> Path:
        """Where parts of reports are kept for the next one; they can be deleted at any time."""
        return self.data_dir / "fragments"

    @classmethod
    @_in_words()
    def from_env(cls) -> Self:
        """Settings from SAPA_ variables; the secret may lie in a file, named by SAPA_SECRET_FILE. Raises WrongSettings."""
        given = {name: os.environ[variable] for name in cls.model_fields if (variable := f"SAPA_{name.upper()}") in os.environ}
        if "SAPA_SECRET_FILE" in os.environ:
            given.setdefault("secret", Path(os.environ["SAPA_SECRET_FILE"]).read_text(encoding="utf-8").strip())
        settings = cls.model_validate(given)
        if "secret" in given:
            return settings
        if settings.environment == "production":
            message = "SAPA_SECRET is needed in production"
            raise ValueError(message)
        return settings.model_copy(update={"secret": _kept_secret(settings.data_dir)})
