"""How every process of the service writes its log: one JSON object a line, without secrets and without raw line breaks."""

import json
import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What programs take for the end of a line and JSON leaves as it is (Unicode Standard, section 5.8).
_BREAKS = str.maketrans({"\x7f": "\\u007f", "\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
# A token of ours: 22 letters or more of base64url, in which capitals, small letters and figures all occur.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{22,}")
HIDDEN = "[hidden]"


def without_secrets(text: str) -> str:
    """The text with everything that looks like one of our tokens taken out."""
    return _TOKEN.sub(HIDDEN, text)


def _hide(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


def _line(event: Any, **_options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, default=repr).translate(_BREAKS)


class _StandardOutput(logging.Handler):
    """Writes what libraries log where our own log goes."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stdout.write(self.format(record) + "\n")
        sys.stdout.flush()


def log_as_json() -> None:
    """Configure the log of this process, that of libraries too: a line break in what a user sent cannot forge an entry."""
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [structlog.processors.format_exc_info, _hide, structlog.processors.JSONRenderer(serializer=_line)]
    structlog.configure(processors=[*first, *last])
    foreign = structlog.stdlib.ProcessorFormatter
    handler = _StandardOutput()
    handler.setFormatter(foreign(foreign_pre_chain=first, processors=[foreign.remove_processors_meta, *last]))
    root = logging.getLogger()
    root.handlers = [*(one for one in root.handlers if not isinstance(one, _StandardOutput)), handler]
