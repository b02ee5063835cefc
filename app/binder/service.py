"""Packing a binder: everything but the evidence is made first and small; the files are read while the ZIP is sent."""

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
from app.binder.prepared import REPORT, PreparedBinder, Unfilled
from app.config import Settings
from app.errors import Conflict
from app.files.storage import Storage
from app.i18n import gettext as _
from app.i18n import use
from app.reports import files
from app.reports.build import build
from app.reports.html import Kind
from app.reports.model import Report
from app.reports.prepared import Asked
from app.rubrics.registry import Library
from app.web.languages import marked
from app.web.templates import environment

MANIFEST = "manifest.sha256"


class FilesChanged(Conflict):
    """A file of a binder that was prepared may or can no longer be handed out."""


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


def prepare(
    session: Session,
    settings: Settings,
    library: Library,
    actor: Actor,
    assessment: Assessment,
    language: str,
    kind: Kind | None = "full",
) -> PreparedBinder:
    """Read what the binder for this reader is made from; without a report when there is no `kind`."""
    asked = Asked("pdf", kind, language) if kind else None
    prepared = files.prepare(session, settings, library, actor, assessment, asked) if asked else None
    portable, head = to_portable_for(session, actor, assessment), chain.head_of(session, assessment.organisation_id)
    draft = assessment.frozen_at is None
    report = build(portable, library_for(session, library, assessment), language, draft=draft, audit_head=head).report
    with use(language):
        contents = Contents(report, cited.shown_evidence(session, actor, assessment), Storage(settings.files_dir))
        index = index_html(report, contents, REPORT if asked else None)
    return PreparedBinder(prepared, index, tuple(contents.packed.values()), language)


def pack(settings: Settings, prepared: PreparedBinder) -> Binder:
    """The binder, made at once. Raises ReportNotRendered."""
    return filled(Storage(settings.files_dir), prepared.unfilled(settings))


def open_again(session: Session, settings: Settings, actor: Actor, assessment: Assessment, content: bytes) -> Binder:
    """A binder that was prepared before, for the reader as they are now.

    Raises FilesChanged when one of its files is not shown to them any more, was blocked since, or is gone.
    """
    unfilled, storage = Unfilled.from_bytes(content), Storage(settings.files_dir)
    shown = cited.shown_evidence(session, actor, assessment)
    for one in unfilled.files:
        versions = shown[one.code].versions if one.code in shown else []
        fitting = [version for version in versions if (version.number, version.sha256) == (one.number, one.sha256)]
        if not fitting or fitting[0].threat is not None or not storage.path_of(one.sha256).is_file():
            message = _("The file of {code} is not what it was when this binder was made. Ask for the binder again.")
            raise FilesChanged(message.format(code=one.code))
    return filled(storage, unfilled)


def index_html(report: Report, contents: Contents, report_path: str | None) -> str:
    """The index, one file that needs no other: its links work where the binder was unpacked."""
    template = environment().get_template("binder/index.html")
    told = {"report": report, "contents": contents, "manifest": MANIFEST, "report_path": report_path}
    return marked(template.render(**told, language=report.language), report.language)


def filled(storage: Storage, unfilled: Unfilled) -> Binder:
    """The ZIP of what was made, by path, and of the files, with the manifest of all."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in unfilled.made.items()}
    digests |= {one.path: one.sha256 for one in unfilled.files}
    # As sha256sum reads it: two spaces, a path, a line end.
    manifest = "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    for name, content in {**unfilled.made, MANIFEST: manifest}.items():
        stream.add(content, name)
    for one in unfilled.files:
        stream.add_path(storage.path_of(one.sha256), one.path)
    return Binder(stream, unfilled.files)
