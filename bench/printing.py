"""The full PDF of the sample, and Chromium printing the same HTML in the same run."""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from app.config import ROOT
from app.portable.read import read_path
from app.reports.build import build
from app.reports.html import render_html
from app.reports.service import print_pdf
from app.rubrics import registry
from bench.figures import Figure, figure, ratio
from bench.filling import SAMPLE

TRIES = 3
TIMES_CHROMIUM = 4


def measure() -> Iterator[Figure]:
    """Seconds, pages per second, memory of the child process, and the ratio."""
    library = registry.home()
    built = build(read_path(SAMPLE, library), library, "en")
    html = render_html(built.report, "full")
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        folder = Path(place)
        ours, theirs, memory = [], [], 0.0
        for _unused in range(TRIES):
            begun = time.perf_counter()
            pdf = print_pdf(built, "full").pdf
            ours.append(time.perf_counter() - begun)
            (folder / "ours.pdf").write_bytes(pdf)
            # The largest child so far: read before Chromium becomes a child too.
            memory = memory or resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            theirs.append(_chromium(html, folder))
        with pikepdf.open(folder / "ours.pdf") as document:
            pages = len(document.pages)
    mine = figure("full PDF of the sample", "s", ours)
    other = figure("Chromium printing the same HTML, cold", "s", theirs)
    yield mine
    yield other
    yield ratio("full PDF to Chromium", mine, other, TIMES_CHROMIUM)
    yield figure("pages of the full PDF per second", "pages/s", [pages / seconds for seconds in ours])
    yield figure("peak memory of rendering", "MB", [memory])


def _chromium(html: str, folder: Path) -> float:
    """Seconds that Chromium takes for the same pages, with the same fonts beside them."""
    fonts = ROOT / "app" / "reports" / "fonts"
    (folder / "page.html").write_text(html.replace("font:NotoSans", f"file://{fonts}/NotoSans"), encoding="utf-8")
    program = shutil.which("chromium") or "chromium"
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
        "--allow-file-access-from-files",
    ]
    target = f"--print-to-pdf={folder / 'theirs.pdf'}"
    begun = time.perf_counter()
    subprocess.run([program, *options, target, str(folder / "page.html")], check=True, capture_output=True, timeout=120)
    shutil.rmtree(folder / "profile", ignore_errors=True)
    return time.perf_counter() - begun
