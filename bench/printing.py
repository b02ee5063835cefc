"""The full PDF of the sample in parts, and Chromium printing the same HTML in the same run; the other formats beside them."""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pikepdf

from app.config import ROOT
from app.portable.model import Portable
from app.portable.read import read_path
from app.reports.build import Built, build
from app.reports.docx import render_docx
from app.reports.fragments.printing import PRESS
from app.reports.fragments.store import Store
from app.reports.html import render_html
from app.reports.model import Report, RubricSection
from app.reports.pdf import render_pdf
from app.reports.printed import print_in_parts
from app.reports.service import print_pdf
from app.reports.xlsx import render_xlsx
from app.rubrics import registry
from bench.figures import Figure, figure, ratio, timed
from bench.filling import SAMPLE

TRIES = 5
FIRST, CHANGED, READY = 1.8, 0.4, 0.3
"""Times what Chromium takes: the first time, after one answer was changed, with all parts ready."""
SUMMARY_SECONDS, XLSX_SECONDS, DOCX_SECONDS = 1.0, 0.5, 1.5
MEGABYTES = 200
MORE, LINEAR = 3, 1.2
HEAD = f"1:1:{'ab' * 32}"


@dataclass(slots=True)
class _Times:
    """Seconds of each try."""

    chromium: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    word: list[float] = field(default_factory=list)
    level: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    summary: list[float] = field(default_factory=list)


def measure() -> Iterator[Figure]:
    """Seconds of the full report in all its situations, to Chromium; other formats; memory; what more criteria cost."""
    library = registry.home()
    portable = read_path(SAMPLE, library)
    built = _built(portable)
    html = render_html(built.report, "full")
    times = _Times()
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        folder = Path(place)
        for number in range(TRIES):
            _once(built, html, folder, number, times)
        pages = _pages(folder / "ours.pdf")
        yield from _to_chromium(times, pages)
        yield figure("summary", "s", times.summary, SUMMARY_SECONDS)
        yield figure("peak memory of a process that draws or joins", "MB", [PRESS.peak_kib / 1024], MEGABYTES)
        yield figure("peak memory of the process that asks", "MB", [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024])
        yield from _others(built, html, times)


def _built(portable: Portable, head: str = HEAD) -> Built:
    return build(portable, registry.home(), "en", draft=True, audit_head=head)


def _once(built: Built, html: str, folder: Path, number: int, times: _Times) -> None:
    """One try of everything, with nothing kept from the one before, and Chromium between."""
    store = Store(folder / f"kept-{number}")
    PRESS.close()
    times.cold.append(_seconds(lambda: print_pdf(built, "full", store=Store(folder / f"cold-{number}"))))
    times.chromium.append(_chromium(html, folder))
    times.first.append(_seconds(lambda: print_pdf(built, "full", store=store)))
    (folder / "ours.pdf").write_bytes(print_pdf(built, "full", store=store).pdf)
    times.ready.append(_seconds(lambda: print_pdf(built, "full", store=store)))
    word, level = (_built(_changed(built.portable, number, **change)) for change in ({"comment": "Another word."}, {"level": 1}))
    times.word.append(_seconds(lambda: print_pdf(word, "full", store=store)))
    times.level.append(_seconds(lambda: print_pdf(level, "full", store=store)))
    moved = _built(built.portable, f"1:{2 + number}:{'cd' * 32}")
    times.moved.append(_seconds(lambda: print_pdf(moved, "full", store=store)))
    times.summary.append(_seconds(lambda: print_pdf(built, "summary")))


def _changed(portable: Portable, number: int, **change: object) -> Portable:
    """The assessment with one answer changed: another one in each try."""
    names = [name for name, one in portable.answers.items() if one.level is not None and one.level > 1]
    name = names[(number + 1) * len(names) // (TRIES + 2)]
    return portable.model_copy(update={"answers": {**portable.answers, name: portable.answers[name].model_copy(update=change)}})


def _to_chromium(times: _Times, pages: int) -> Iterator[Figure]:
    theirs = figure("Chromium printing the same HTML, tagged, cold", "s", times.chromium)
    yield theirs
    told = (
        ("full PDF, first time", times.first, FIRST),
        ("full PDF, first time, nothing started yet", times.cold, None),
        ("full PDF, one word of an answer changed", times.word, CHANGED),
        ("full PDF, the level of an answer changed", times.level, CHANGED),
        ("full PDF, all parts ready", times.ready, READY),
        ("full PDF, all parts ready, then something happened elsewhere", times.moved, None),
    )
    for name, seconds, target in told:
        ours = figure(name, "s", seconds)
        yield ours
        yield ratio(f"{name}: to Chromium", ours, theirs, target)
    yield figure("pages of the full PDF per second, first time", "pages/s", [pages / one for one in times.first])


def _others(built: Built, html: str, times: _Times) -> Iterator[Figure]:
    """What is laid out in one piece, what more criteria cost, and the office formats."""
    begun = time.perf_counter()
    render_pdf(html, (), day=built.portable.date, identifier="bench")
    yield figure("full PDF, laid out in one piece", "s", [time.perf_counter() - begun])
    larger = _larger(built.report)
    seconds = _seconds(lambda: print_in_parts(larger, (), day=built.portable.date, identifier="bench", wall_seconds=600))
    few, many = (sum(len(one.criteria) for rubric in each.rubrics for one in rubric.standards) for each in (built.report, larger))
    yield figure(f"full PDF of {many} criteria, first time", "s", [seconds])
    each, before = figure("", "s", [seconds / many]), figure("", "s", [one / few for one in times.first])
    yield ratio(f"a criterion among {many} to one among {few}", each, before, LINEAR)
    for name, made, target in (
        ("XLSX", lambda: render_xlsx(built.report), XLSX_SECONDS),
        ("DOCX", lambda: render_docx(built.report), DOCX_SECONDS),
    ):
        yield figure(f"{name} of the sample", "s", [one / 1000 for one in timed(made, TRIES)], target)


def _larger(report: Report) -> Report:
    """The report with each rubric, gap and part of the coverage several times over, under other names."""
    rubrics = tuple(_renamed(one, f"x{copy}") if copy else one for copy in range(MORE) for one in report.rubrics)
    return replace(report, rubrics=rubrics, gaps=report.gaps * MORE, coverage=report.coverage * MORE)


def _renamed(rubric: RubricSection, mark: str) -> RubricSection:
    standards = tuple(
        replace(
            one,
            anchor=f"{one.anchor}-{mark}",
            criteria=tuple(replace(criterion, anchor=f"{criterion.anchor}-{mark}") for criterion in one.criteria),
        )
        for one in rubric.standards
    )
    return replace(rubric, id=f"{rubric.id}-{mark}", anchor=f"{rubric.anchor}-{mark}", standards=standards)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _pages(file: Path) -> int:
    with pikepdf.open(file) as document:
        return len(document.pages)


def _chromium(html: str, folder: Path) -> float:
    """Seconds that Chromium takes for the same pages, with the same fonts beside them."""
    fonts = ROOT / "app" / "reports" / "fonts"
    (folder / "page.html").write_text(html.replace("font:NotoSans", f"file://{fonts}/NotoSans"), encoding="utf-8")
    program = shutil.which("chromium") or "chromium"
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--export-tagged-pdf",
        f"--user-data-dir={folder / 'profile'}",
        "--allow-file-access-from-files",
    ]
    target = f"--print-to-pdf={folder / 'theirs.pdf'}"
    begun = time.perf_counter()
    subprocess.run([program, *options, target, str(folder / "page.html")], check=True, capture_output=True, timeout=120)
    shutil.rmtree(folder / "profile", ignore_errors=True)
    return time.perf_counter() - begun
