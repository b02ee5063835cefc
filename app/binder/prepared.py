"""A binder about to be made, and one that lacks only its evidence: what a worker makes and keeps until it is fetched."""

import hashlib
import json
from dataclasses import asdict, dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.binder.contents import Packed
from app.config import Settings
from app.reports.prepared import Made, Prepared, program
from app.rubrics.registry import canonical

REPORT, INDEX = "report.pdf", "index.html"
_FILES = "files.json"


@dataclass(frozen=True, slots=True)
class Unfilled:
    """What a binder has besides evidence, by path, and which files of evidence belong into it."""

    made: dict[str, bytes]
    files: tuple[Packed, ...]

    def to_bytes(self) -> bytes:
        """As one file. The same always gives the same bytes."""
        target = BytesIO()
        told = json.dumps([asdict(one) for one in self.files], ensure_ascii=False).encode()
        with ZipFile(target, "w") as archive:
            for name, content in {**self.made, _FILES: told}.items():
                archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
        return target.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Unfilled":
        """What `to_bytes` wrote."""
        with ZipFile(BytesIO(content)) as archive:
            made = {name: archive.read(name) for name in archive.namelist()}
        return cls(made, tuple(Packed(**one) for one in json.loads(made.pop(_FILES))))


@dataclass(frozen=True, slots=True)
class PreparedBinder:
    """Everything that a binder is made from, already read from the rows: its report, if it has one, its index, its files."""

    report: Prepared | None
    index: str
    files: tuple[Packed, ...]
    language: str

    @property
    def told(self) -> dict[str, str | int]:
        """What the trail says of it."""
        return {"language": self.language, "files": len(self.files)}

    def unfilled(self, settings: Settings) -> Unfilled:
        """The binder without its evidence. Raises as `Prepared.make`."""
        made = {REPORT: self.report.make(settings).content} if self.report else {}
        return Unfilled({**made, INDEX: self.index.encode()}, self.files)

    def make(self, settings: Settings) -> Made:
        """The same as a file that is kept until somebody fetches the binder. Raises as `Prepared.make`."""
        return Made(self.unfilled(settings).to_bytes(), self.told)

    def key(self, settings: Settings) -> str:
        """SHA-256 of everything that it depends on: what has the same key is the same binder."""
        report = self.report.key(settings) if self.report else program()
        parts = ["binder", report, self.index, [asdict(one) for one in self.files]]
        return hashlib.sha256(canonical(parts).encode()).hexdigest()
