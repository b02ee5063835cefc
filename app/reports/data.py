"""What a report of one kind says, as JSON data: the same objects that its pages show, numbers unrounded."""

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from app.reports.kinds import Kind
from app.reports.model import Report

FORMAT = "sapa-report/1"


def to_data(report: Report, kind: Kind) -> dict[str, Any]:
    """The plan, the coverage or the changes of a report. The other kinds have the scorecard."""
    told: dict[Kind, dict[str, Any]] = {
        "plan": {"actions": report.actions, "worth": report.worth, "gaps": report.gaps},
        "iso-to-esg": {"coverage": report.from_iso()},
        "delta": {"delta": report.delta},
    }
    head = {"format": FORMAT, "kind": kind, "language": report.language, "identity": report.identity}
    found: dict[str, Any] = _plain({**head, **told[kind]})
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
