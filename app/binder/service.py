"""Packing a binder: everything but the evidence is made at once and small; the files are read while the ZIP is sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZIP_STORED

from sqlalchemy.orm import Session
from zipstream import ZipStream

from app.accounts.actor import Actor
from app.assessments import cited
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.binder.contents import Contents, Packed
from app.config import Settings
from app.files.storage import Storage
from app.i18n import use
from app.reports import files
from app.reports.build import build
from app.reports.html import Kind
from app.reports.model import Report
from app.reports.prepared import Asked
from app.rubrics.registry import Library
from app.web.templates import environment

REPORT, INDEX, MANIFEST = "report.pdf", "index.html", "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Binder:
    """A ZIP that is made while it is read, its size, and the files of evidence in it."""

    stream: ZipStream
    files: tuple[Packed, ...]

    @property
    def size(self) -> int:
        """Bytes of the whole, known before it is made: nothing in it is compressed."""
        return len(self.stream)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.stream)


def pack(
    session: Session,
    settings: Settings,
    library: Library,
    actor: Actor,
    assessment: Assessment,
    language: str,
    kind: Kind | None = "full",
) -> Binder:
    """The binder of an assessment for this reader; without a report when there is no `kind`. Raises ReportNotRendered."""
    asked = Asked("pdf", kind, language) if kind else None
    pdf = files.make(session, settings, library, actor, assessment, asked).content if asked else None
    portable, head = to_portable_for(session, actor, assessment), chain.head_of(session, assessment.organisation_id)
    draft = assessment.frozen_at is None
    report = build(portable, library_for(session, library, assessment), language, draft=draft, audit_head=head).report
    with use(language):
        contents = Contents(report, cited.shown_evidence(session, actor, assessment), Storage(settings.files_dir))
        made = {REPORT: pdf} if pdf else {}
        made[INDEX] = index_html(report, contents, REPORT if pdf else None).encode()
        return zipped(made, tuple(contents.packed.values()))


def index_html(report: Report, contents: Contents, report_path: str | None) -> str:
    """The index, one file that needs no other: its links work where the binder was unpacked."""
    template = environment().get_template("binder/index.html")
    return template.render(report=report, contents=contents, manifest=MANIFEST, report_path=report_path, language=report.language)


def zipped(made: dict[str, bytes], files: tuple[Packed, ...]) -> Binder:
    """The ZIP of what was made, by path, and of the files, with the manifest of all."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    digests |= {one.path: one.version.sha256 for one in files}
    # As sha256sum reads it: two spaces, a path, a line end.
    manifest = "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    for name, content in {**made, MANIFEST: manifest}.items():
        stream.add(content, name)
    for one in files:
        stream.add_path(one.source, one.path)
    return Binder(stream, files)
