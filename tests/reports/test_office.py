"""The report as a workbook and as a Word document: the same figures, real numbers, nothing that a text can do to it."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document
from lxml import etree

from app.portable.model import Portable
from app.portable.read import read_path
from app.reports import service
from app.reports.build import build
from app.reports.docx import render_docx
from app.reports.model import Report
from app.reports.xlsx import render_xlsx
from app.rubrics import registry
from tests.factories import EXAMPLES, small

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "https://example.org",
    "<w:p/>",
    "a\x0bb",
    "{=cmd|' /c calc'!A0}",
    "x" * 40_000,
]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _report(language: str) -> Report:
    portable = read_path(EXAMPLES / f"paper-university.{language}.yaml", registry.home())
    return build(portable, registry.home(), language, draft=True).report


@pytest.fixture(scope="module", params=["kk", "ru", "en"])
def report(request: pytest.FixtureRequest) -> Report:
    return _report(request.param)


def _sheets(content: bytes) -> list[list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def _body(content: bytes) -> Any:
    """The document's XML as it is: python-docx gives its elements texts of their own."""
    with ZipFile(BytesIO(content)) as parts:
        return etree.fromstring(parts.read("word/document.xml"))


def _with(text: str) -> Portable:
    """A small assessment with a text wherever people write one."""
    found = small()
    answers = {
        name: answer.model_copy(update={"comment": text, "strengths": text, "not_applicable": None})
        for name, answer in found.answers.items()
    }
    evidence = {name: item.model_copy(update={"title": text}) for name, item in found.evidence.items()}
    actions = tuple(one.model_copy(update={"what": text, "owner": text, "indicator": text}) for one in found.actions)
    title = dict.fromkeys(found.title, text)
    return found.model_copy(update={"answers": answers, "evidence": evidence, "actions": actions, "title": title})


def test_the_workbook_has_the_reports_figures_as_numbers(report: Report) -> None:
    about, results, gaps, plan, evidence = _sheets(render_xlsx(report))
    index = next(row[1] for row in about if row[0] and isinstance(row[1], float))
    assert report.index is not None
    assert index == pytest.approx(float(report.index), abs=1e-12)
    assert [row[6] for row in results[1:]] == [one.substantiated for one in report.criteria()]
    assert [(row[0], row[10]) for row in gaps[1:]] == [(one.rank, pytest.approx(float(one.priority))) for one in report.gaps]
    assert [row[6].date() if row[6] else None for row in plan[1:]] == [one.due for one in report.actions]
    assert [row[14] for row in evidence[1:]] == [len(one.used_by) for one in report.evidence]


def test_a_level_that_was_not_given_is_an_empty_cell_and_no_zero(report: Report) -> None:
    _about, results, *_rest = _sheets(render_xlsx(report))
    unanswered = {one.code: one.claimed for one in report.unanswered()}
    assert unanswered
    assert all(row[5] is None for row in results[1:] if row[2] in unanswered)


def test_every_sheet_can_be_filtered_and_keeps_its_head_in_sight(report: Report) -> None:
    book = openpyxl.load_workbook(BytesIO(render_xlsx(report)))
    assert len(set(book.sheetnames)) == 5
    for sheet in book.worksheets[1:]:
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_never_a_formula_nor_a_link(text: str) -> None:
    content = render_xlsx(build(_with(text), registry.home(), "en").report)
    with ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not [one for one in sheets if b"<f>" in one or b"<hyperlink" in one]
    book = openpyxl.load_workbook(BytesIO(content))
    assert {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_word_document_lists_its_headings_and_every_jump_lands(report: Report) -> None:
    content = render_docx(report)
    document, body = Document(BytesIO(content)), _body(content)
    headings = [one.text for one in document.paragraphs if one.style and one.style.name in {"Heading 1", "Heading 2"}]
    contents = ["".join(one.itertext()) for one in body.iter(f"{W}p") if (style := one.find(f".//{W}pStyle")) is not None
                and style.get(f"{W}val", "").startswith("Contents")]  # fmt: skip
    assert [re.sub(r"TOC .*\\u\s*", "", text).strip() for text in contents] == [text.strip() for text in headings]
    places = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    jumps = {one.get(f"{W}anchor") for one in body.iter(f"{W}hyperlink")}
    assert jumps
    assert jumps - places == set()
    assert len(places) == sum(1 for _one in body.iter(f"{W}bookmarkStart")), "two places have one name"


def test_the_word_document_says_what_the_report_says(report: Report) -> None:
    text = "\n".join("".join(one.itertext()) for one in _body(render_docx(report)).iter(f"{W}p"))
    for one in report.criteria():
        assert f"{one.code} {one.question}" in text
        assert not one.comment or one.comment.split("\n")[0] in text
    assert all(item.title in text for item in report.evidence)
    assert all(action.what.split("\n")[0] in text for action in report.actions)
    assert report.identity.assessment_digest.removeprefix("sha256:") in text


def test_the_word_document_speaks_the_reports_language(report: Report) -> None:
    with ZipFile(BytesIO(render_docx(report))) as parts:
        styles = etree.fromstring(parts.read("word/styles.xml"))
    normal = next(one for one in styles.iter(f"{W}style") if one.get(f"{W}styleId") == "Normal")
    spoken = normal.find(f".//{W}lang")
    assert spoken is not None
    assert spoken.get(f"{W}val", "")[:2] == report.language


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_text_in_the_word_document(text: str) -> None:
    document = Document(BytesIO(render_docx(build(_with(text), registry.home(), "en").report)))
    shown = "\n".join(one.text for one in document.paragraphs)
    assert text.replace("\x0b", "").strip()[:30] in shown


@pytest.mark.parametrize("wanted", ["xlsx", "docx"])
def test_the_same_assessment_gives_the_same_file(wanted: service.Format) -> None:
    one, two = (service.make(small(), registry.home(), language="kk", kind="full", wanted=wanted) for _time in range(2))
    assert one == two
