"""The code in a report of an approved assessment, which leads to the page that says what was issued."""

from dataclasses import replace

import segno

from app.reports.model import Identity, Report
from app.reports.model_verification import Verification


def verification_of(url: str) -> Verification:
    """The QR code of an address, with a quarter of redundancy: paper is creased and stamped."""
    code = segno.make(url, error="q", micro=False)
    border = 2
    rows = [bytes(row) for row in code.matrix_iter(border=border)]
    runs: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += x == start
    return Verification(url, len(rows), "".join(runs))


def with_verification(report: Report, url: str | None) -> Report:
    """The report with its code; without an address as it is."""
    if url is None:
        return report
    identity: Identity = replace(report.identity, verification=verification_of(url))
    return replace(report, identity=identity)
