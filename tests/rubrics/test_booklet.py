"""A rubric printed as a booklet, and the commands around rubrics of one's own."""

import io
import subprocess
import sys
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2
import pytest
from markupsafe import escape

from app.i18n import LANGUAGES
from app.reports.booklet import booklet_html, print_booklet
from app.rubrics import registry
from app.rubrics.importing.writing import skeleton
from app.rubrics.model import in_language


def _sapa(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "app.cli", *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_a_booklet_is_written_as_pdf_with_every_criterion_and_descriptor(tmp_path: Path) -> None:
    out = tmp_path / "booklet.pdf"
    done = _sapa("rubric", "print", "iso-9001-2026-changed", "--lang", "kk", "--out", str(out))
    assert done.returncode == 0, done.stderr
    with pypdfium2.PdfDocument(out) as document:
        text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    rubric = registry.home().rubric("iso-9001-2026-changed@1")
    for criterion in rubric.criteria():
        assert criterion.code in text
        assert criterion.levels[4]["kk"].split()[0] in text
    with pikepdf.open(out) as pdf:
        assert pdf.Root.Lang == "kk"
        assert "/StructTreeRoot" in pdf.Root


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_booklet_speaks_one_language(language: str) -> None:
    library = registry.home()
    rubric = library.rubric("double-degree@1")
    page = booklet_html(rubric, library, language)
    assert f'<html lang="{language}">' in page
    for other in LANGUAGES:
        question = escape(in_language(next(rubric.criteria()).question, other))
        assert (question in page) is (other == language)


def test_the_same_rubric_gives_the_same_bytes() -> None:
    library = registry.home()
    rubric = library.rubric("iso-9001-2026-changed@1")
    assert print_booklet(rubric, library, "en") == print_booklet(rubric, library, "en")


def test_new_template_and_import_work_together_and_overwrite_nothing(tmp_path: Path) -> None:
    made, book, out = tmp_path / "mine.yaml", tmp_path / "t.xlsx", tmp_path / "own.yaml"
    assert _sapa("rubric", "new", "mine", "--out", str(made)).returncode == 0
    assert made.read_text(encoding="utf-8").startswith("format: sapa-rubric/1")
    assert _sapa("rubric", "check", str(made)).returncode == 0
    again = _sapa("rubric", "new", "mine", "--out", str(made))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)
    assert _sapa("rubric", "template", "--out", str(book)).returncode == 0
    assert openpyxl.load_workbook(io.BytesIO(book.read_bytes())).sheetnames[:2] == ["Rubric", "Criteria"]
    refused = _sapa("rubric", "import", str(book), "--out", str(out))
    assert (refused.returncode, "there is no criterion" in refused.stderr, out.exists()) == (1, True, False)
    made.write_text(skeleton("other", "2026-11-24"), encoding="utf-8")
    assert _sapa("rubric", "import", str(made), "--out", str(out)).returncode == 0
    assert _sapa("rubric", "check", str(out)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("print", "nothing", "--out", "x.pdf"), "There is no rubric nothing"),
        (("print", "esg-2015", "--lang", "fr", "--out", "x.pdf"), "There is no language"),
        (("import", "absent.xlsx", "--out", "x.yaml"), "There is no file"),
        (("new", "two words", "--out", "x.yaml"), "letters that are not allowed"),
        (("new", "esg-2015", "--out", "x.yaml"), "a rubric of Sapa has this name"),
    ],
)
def test_a_wrong_command_is_refused_with_words(arguments: tuple[str, ...], told: str) -> None:
    done = _sapa("rubric", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert told in done.stderr
