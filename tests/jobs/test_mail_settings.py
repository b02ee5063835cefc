"""Settings of mail that cannot work, or would be unsafe, stop the start."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.config import Settings

GOOD: dict[str, Any] = {"smtp_host": "mail.uni.example", "mail_from": "Sapa <sapa@uni.example>"}
PRODUCTION: dict[str, Any] = {"environment": "production", "base_url": "https://sapa.example"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"mail_from": ""}, "SAPA_MAIL_FROM"),
        ({"mail_from": "sapa"}, "SAPA_MAIL_FROM"),
        ({"mail_from": "a@uni.example, b@uni.example"}, "SAPA_MAIL_FROM"),
        ({"mail_from": "Sapa\r\nBcc: b@uni.example <a@uni.example>"}, "SAPA_MAIL_FROM"),
        ({"smtp_user": "sapa"}, "SAPA_SMTP_PASSWORD"),
        ({"smtp_password": "secret"}, "SAPA_SMTP_USER"),
        ({"smtp_tls": "perhaps"}, "smtp_tls"),
        ({"smtp_port": "70000"}, "smtp_port"),
        ({"smtp_tls": "none", **PRODUCTION}, "SAPA_SMTP_TLS"),
        ({"smtp_tls": "none", "smtp_host": "10.0.0.5", **PRODUCTION}, "SAPA_SMTP_TLS"),
        ({"smtp_tls": "none", "smtp_host": "localhost.uni.example", **PRODUCTION}, "SAPA_SMTP_TLS"),
    ],
)
def test_unsafe_or_unfinished_settings_are_refused_by_name(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate({**GOOD, **given})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_production_may_speak_in_the_clear_with_its_own_machine(host: str) -> None:
    assert Settings.model_validate({**GOOD, **PRODUCTION, "smtp_tls": "none", "smtp_host": host}).smtp_host == host


def test_the_password_of_the_mail_server_is_not_printed_with_the_settings() -> None:
    assert "hush-hush" not in repr(Settings.model_validate({**GOOD, "smtp_user": "sapa", "smtp_password": "hush-hush"}))


def test_a_development_installation_keeps_its_secret_for_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAPA_SECRET", raising=False)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "var"))

    first, second = Settings.from_env(), Settings.from_env()

    assert first.secret == second.secret
    assert len(first.secret) >= 32
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]
