"""A thousand one-byte changes of a signed report, and a binder of a gigabyte: how many are found, how fast, with what memory."""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from app import clock
from app.binder.contents import Packed
from app.binder.prepared import Unfilled
from app.binder.service import filled
from app.files.storage import Storage
from app.keys.certificates import make
from app.keys.service import Signer
from app.reports import service
from app.reports.signature import sign
from app.reports.signature_reading import read_signature
from app.rubrics import registry
from bench.figures import Figure, figure
from tests.factories import small

CHANGES, SEED = 1000, 20261126
FILES, EACH = 256, 4 * 1024 * 1024
_MB = 1024 * 1024


def measure() -> Iterator[Figure]:
    """Both."""
    yield from _tampering()
    yield from _binder()


def _tampering() -> Iterator[Figure]:
    pair = make("Sample University", now=clock.now())
    signer = Signer(pair.certificate, pair.private, pair.fingerprint)
    pdf = service.make(small(), registry.home(), language="en", kind="summary", wanted="pdf")
    begun = time.perf_counter()
    signed = sign(pdf, signer, field_name="Signature")
    yield figure("signing a report", "ms", [1000 * (time.perf_counter() - begun)])
    chance, missed, taken = random.Random(SEED), 0, []
    for _time in range(CHANGES):
        spoilt = bytearray(signed)
        spoilt[chance.randrange(len(spoilt))] ^= chance.randrange(1, 256)
        begun = time.perf_counter()
        found = read_signature(bytes(spoilt))
        taken.append(1000 * (time.perf_counter() - begun))
        missed += found is None or found["good"]
    sys.stderr.write(f"{missed} of {CHANGES} one-byte changes missed (seed {SEED})\n")
    yield figure("reading a signature that was tampered with", "ms", taken)
    yield figure(f"one-byte changes missed of {CHANGES}", "changes", [missed], target=0)


def _binder() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        stored = storage.store(BytesIO(random.Random(SEED).randbytes(EACH)), limit=EACH)
        files = tuple(Packed(n, 1, f"E{n}", 1, stored.sha256, "file", f"evidence/{n}") for n in range(FILES))
        made, total = filled(storage, Unfilled({}, files)), 0
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        for chunk in made:
            total += len(chunk)
        seconds = time.perf_counter() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield figure("binder of 1 GB, speed", "MB/s", [total / _MB / seconds])
    yield figure("binder of 1 GB, memory it adds", "MB", [grown], target=20)
