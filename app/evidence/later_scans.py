"""Scanning by the worker what was kept unscanned: the scanner was away, or set later."""

from datetime import datetime

import structlog
from sqlalchemy import select

from app.audit import chain
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.storage import Storage
from app.scanning import ScannerAway

AT_ONCE = 20
log = structlog.get_logger("sapa.worker")


class LaterScans:
    """A round of the worker: up to `AT_ONCE` files, one after the other, with no transaction open while they are scanned."""

    def __init__(self, settings: Settings) -> None:
        self.storage, self.scanner, self.after = Storage(settings.files_dir), settings.scanner, 0

    def __call__(self, database: Database, now: datetime) -> int:
        """How many files were scanned. The next round goes on behind them, and begins anew at the end."""
        waiting, scanned = self._waiting(database), 0
        for version_id, sha256 in waiting:
            self.after = version_id
            try:
                with self.storage.open(sha256) as source:
                    threat = self.scanner.threat_in(source) if self.scanner else None
            except FileNotFoundError:
                continue
            except ScannerAway as away:
                log.warning("scanner", problem=away.message)
                self.after = version_id - 1
                break
            _note(database, version_id, threat, now)
            scanned += 1
        if len(waiting) < AT_ONCE:
            self.after = 0
        return scanned

    def _waiting(self, database: Database) -> list[tuple[int, str]]:
        query = select(EvidenceVersion.id, EvidenceVersion.sha256).where(
            EvidenceVersion.scanned_at.is_(None), EvidenceVersion.id > self.after
        )
        with database.read() as session:
            return [(row[0], row[1]) for row in session.execute(query.order_by(EvidenceVersion.id).limit(AT_ONCE))]


def _note(database: Database, version_id: int, threat: str | None, now: datetime) -> None:
    with database.write() as session:
        query = select(EvidenceVersion, EvidenceItem.organisation_id).join(
            EvidenceItem, EvidenceItem.id == EvidenceVersion.item_id
        )
        # Another worker may have been faster, and the item may be gone.
        unseen = EvidenceVersion.id == version_id, EvidenceVersion.scanned_at.is_(None)
        found = session.execute(query.where(*unseen).with_for_update(of=EvidenceVersion)).first()
        if found is None:
            return
        version, organisation_id = found
        version.scanned_at, version.threat = now, threat
        session.flush()
        if threat is not None:
            data = {"number": version.number, "threat": threat, "sha256": version.sha256}
            subject = f"evidence:{version.item_id}"
            chain.append(
                session, "evidence.threat_found", chain=organisation_id, actor_id=None, subject=subject, at=now, data=data
            )
