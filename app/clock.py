"""The time. Services take it as an argument; only edges ask for it here."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The time in UTC, aware."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def today() -> date:
    """The day in UTC."""
    return now().date()
