"""A report about to be made: what is asked for, and everything it is made from, already read from the rows."""

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.config import Settings
from app.keys.service import Signer
from app.portable.model import Portable
from app.portable.write import to_canonical
from app.reports import issuing, service
from app.reports.build_delta import Against
from app.reports.fragments.keeping import store_of
from app.reports.kinds import Kind, Page
from app.reports.model_approval import Approval
from app.reports.model_look import Look
from app.rubrics.registry import Library, canonical

_ROOT = Path(__file__).resolve().parents[2]
_PRINTERS = ("weasyprint", "pydyf", "uharfbuzz", "pikepdf", "xlsxwriter", "python-docx", "jinja2")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `against` is what a report on changes compares with: an assessment, or an earlier revision."""

    ending: service.Format
    kind: Kind
    language: str
    page: Page = "a4"
    against: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The report's bytes, and what the trail says of it."""

    content: bytes
    told: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a report is made from: it can be made with no transaction open."""

    asked: Asked
    portable: Portable
    library: Library
    draft: bool
    approval: Approval | None
    audit_head: str | None
    verification: str | None
    against: Against | None
    look: Look
    gone: frozenset[str]
    signer: Signer | None
    told: dict[str, str | int]

    def make(self, settings: Settings) -> Made:
        """The report. Raises ReportNotRendered, NothingToCompare, and Unavailable without the time stamp that is set."""
        asked = self.asked
        content = service.make(
            self.portable,
            self.library,
            language=asked.language,
            kind=asked.kind,
            wanted=asked.ending,
            draft=self.draft,
            approval=self.approval,
            audit_head=self.audit_head,
            verification=self.verification,
            against=self.against,
            look=self.look,
            page=asked.page,
            gone=self.gone,
            store=store_of(settings),
        )
        if self.signer is None:
            return Made(content, self.told)
        signed = issuing.signed(content, self.signer, settings, asked.language)
        return Made(signed, self.told | {"signed": self.signer.fingerprint})

    def key(self, settings: Settings) -> str:
        """SHA-256 of everything that the file depends on: what has the same key is the same report."""
        parts: dict[str, Any] = {
            "asked": asdict(self.asked) | {"against": None},
            "data": to_canonical(self.portable),
            "rubrics": dict(self.library.digests),
            "draft": self.draft,
            "approval": str(self.approval),
            "head": self.audit_head,
            "verification": self.verification,
            "against": _side(self.against),
            "look": asdict(self.look),
            "gone": sorted(self.gone),
            "signer": [self.signer.fingerprint, settings.timestamp_url] if self.signer else None,
            "program": program(),
        }
        return hashlib.sha256(canonical(parts).encode()).hexdigest()


def _side(against: Against | None) -> list[Any] | None:
    if against is None:
        return None
    return [to_canonical(against.portable), dict(against.library.digests), against.name, against.name_after]


@cache
def program() -> str:
    """SHA-256 of our code, templates, rubrics, fonts and catalogues, and of the versions of what prints."""
    found = hashlib.sha256()
    folders = (("app", "*.py"), ("app", "*.mo"), ("app/reports/fonts", "*"), ("templates", "*"), ("rubrics", "*.yaml"))
    for folder, pattern in folders:
        for file in sorted(one for one in (_ROOT / folder).rglob(pattern) if one.is_file()):
            found.update(f"{file.relative_to(_ROOT)}\0{file.stat().st_size}\0".encode())
            found.update(file.read_bytes())
    found.update("\0".join(f"{name} {version(name)}" for name in _PRINTERS).encode())
    return found.hexdigest()
