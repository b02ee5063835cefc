"""Which file stands for each citation, where it lies in the binder, or why there is none. Pure but for looking at the disk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.storage import Storage
from app.i18n import gettext as _
from app.reports.model import CitedEvidence, EvidenceRow, Report

_UNSAFE = re.compile(r"[^\w.-]+")
LONGEST_NAME = 80


class Lacking(StrEnum):
    """Why a citation has no file in the binder."""

    HIDDEN = "hidden"
    NEVER_KEPT = "never_kept"
    OTHER_VERSION = "other_version"
    BLOCKED = "blocked"
    GONE = "gone"


def reasons() -> dict[Lacking, str]:
    """In words."""
    return {
        Lacking.HIDDEN: _("Its file is not shown to you."),
        Lacking.NEVER_KEPT: _("No file is kept of it."),
        Lacking.OTHER_VERSION: _("The version that is cited is no longer kept."),
        Lacking.BLOCKED: _("Its file is blocked: the virus scanner found something in it."),
        Lacking.GONE: _("Its file is missing from the storage. Tell who runs the installation."),
    }


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in the binder: which version of which item, what it is called, and its path in the ZIP."""

    item_id: int
    organisation_id: int
    code: str
    number: int
    sha256: str
    file_name: str
    path: str

    @property
    def href(self) -> str:
        """How the index links to it."""
        return quote(self.path)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands for a citation: a file, or the reason why there is none."""

    packed: Packed | None
    lacking: str | None


class Contents:
    """Every citation of a report with its file. `shown` are the items whose files the reader may open, by code."""

    def __init__(self, report: Report, shown: Mapping[str, EvidenceItem], storage: Storage) -> None:
        self.shown, self.storage, self.report = shown, storage, report
        self.places = {row.id: place for place, row in enumerate(report.evidence, start=1)}
        self.digests = {row.id: row.sha256 for row in report.evidence}
        self.packed: dict[str, Packed] = {}
        self.found: dict[tuple[str, int | None, str | None], Found] = {}
        for criterion in report.criteria():
            for one in criterion.evidence:
                self.of(one)

    def of(self, cited: CitedEvidence) -> Found:
        """What stands for this citation."""
        key = (cited.id, cited.version, cited.sha256)
        if key not in self.found:
            told = self._find(cited)
            self.found[key] = Found(told, None) if isinstance(told, Packed) else Found(None, reasons()[told])
        return self.found[key]

    def files_of(self, row: EvidenceRow) -> list[Packed]:
        """The files of an item that are in the binder."""
        return [one for one in self.packed.values() if one.code == row.id]

    def lacking_of(self, row: EvidenceRow) -> str:
        """Why no file of an item is in the binder."""
        told = [found.lacking for (code, _version, _digest), found in self.found.items() if code == row.id and found.lacking]
        return told[0] if told else ""

    def _find(self, cited: CitedEvidence) -> Packed | Lacking:
        item = self.shown.get(cited.id)
        if item is None:
            return Lacking.HIDDEN
        if not item.versions:
            return Lacking.NEVER_KEPT
        version = self._version(item, cited)
        if version is None:
            return Lacking.OTHER_VERSION
        if version.threat is not None:
            return Lacking.BLOCKED
        if not self.storage.path_of(version.sha256).is_file():
            return Lacking.GONE
        path = f"evidence/{self.places[item.code]:03}-{_safe(item.code)}/{version.number}-{_safe(version.file_name)}"
        named = version.number, version.sha256, version.file_name
        return self.packed.setdefault(path, Packed(item.id, item.organisation_id, item.code, *named, path))

    def _version(self, item: EvidenceItem, cited: CitedEvidence) -> EvidenceVersion | None:
        """The version that is cited; where none is named, the one the assessment knew, or else the newest."""
        digest = cited.sha256 or self.digests.get(item.code)
        if cited.version is not None:
            fitting = [one for one in item.versions if one.number == cited.version]
            fitting = [one for one in fitting if cited.sha256 in (None, one.sha256)]
        else:
            fitting = [one for one in item.versions if one.sha256 == digest] if digest else list(item.versions)
        return max(fitting, key=lambda one: one.number, default=None)


def _safe(name: str) -> str:
    """A name that every system can unpack, with its ending: letters of all languages stay."""
    stem, dot, ending = _UNSAFE.sub("_", name).strip("._").rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:16]}" if stem else ending[:LONGEST_NAME] or "file"
