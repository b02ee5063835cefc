"""Settings, read from the environment in this file only. Every name begins with SAPA_."""

import os
import secrets
from pathlib import Path
from typing import Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROOT = Path(__file__).resolve().parents[1]
LEAST_SECRET = 32


class Settings(BaseModel):
    """How this installation runs. Times are in minutes or hours as named, sizes in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Literal["development", "production"] = "development"
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    secret: str = Field(default_factory=lambda: secrets.token_urlsafe(LEAST_SECRET))
    base_url: str = "http://127.0.0.1:8000"
    session_idle_minutes: int = 120
    session_absolute_hours: int = 12
    timezone: str = "Asia/Almaty"
    max_upload: int = 50 * 1024 * 1024
    password_memory_kib: int = 65_536
    password_rounds: int = 3
    sign_in_attempts: int = 8
    sign_in_attempts_address: int = 60
    sign_in_window_minutes: int = 15

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

    @classmethod
    def from_env(cls) -> Self:
        """Settings from SAPA_ variables. Raises pydantic.ValidationError, which names the variable."""
        given = {name: os.environ[variable] for name in cls.model_fields if (variable := f"SAPA_{name.upper()}") in os.environ}
        settings = cls.model_validate(given)
        if "secret" not in given and settings.environment == "production":
            message = "SAPA_SECRET is needed in production"
            raise ValueError(message)
        return settings
