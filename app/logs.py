"""How every process of the service writes its log."""

import structlog


def log_as_json() -> None:
    """One JSON object a line: a line break in what a user sent cannot forge an entry."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
