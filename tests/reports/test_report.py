"""The report: one set of figures in every format, a PDF that is whole and well made, and nothing that a text can do to it."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from app.portable.model import Portable
from app.portable.read import read_path
from app.reports import service
from app.reports.build import build
from app.reports.charts import gauge
from app.reports.fonts import FONTS
from app.reports.html import render_html
from app.reports.kinds import Page
from app.reports.model import Report
from app.reports.model_approval import Approval
from app.reports.model_look import Look
from app.reports.pdf import ReportNotRendered, render_pdf
from app.reports.verification import with_verification
from app.reports.verify import NotAReport, verify
from app.rubrics import registry
from app.scoring.scorecard_json import to_json
from app.web.formats import number
from tests.factories import EXAMPLES, small
from tests.reports.printed import FEWEST, pages_in

AT = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample() -> Portable:
    return read_path(EXAMPLES / "paper-university.en.yaml", registry.home())


@pytest.fixture(scope="module")
def pdf(sample: Portable) -> bytes:
    rendered = service.print_pdf(build(sample, registry.home(), "en"), "full")
    assert rendered.warnings == ()
    return rendered.pdf


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def test_the_pdf_carries_the_assessment_and_the_scorecard_and_they_verify(pdf: bytes) -> None:
    found = verify(pdf, registry.home())
    assert found.whole, found.checks
    assert {check.name for check in found.checks} == {
        "assessment", "attachments", "printed digest", "rubrics", "figures", "signature",
    }  # fmt: skip


def test_the_pdf_is_tagged_has_a_title_a_language_bookmarks_and_no_page_of_few_lines(pdf: bytes, sample: Portable) -> None:
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "en"
        assert document.Root.MarkInfo.Marked
        assert "StructTreeRoot" in str(document.Root.keys())
        assert sample.institution.name["en"] in str(document.docinfo.Title)
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert "Gap register" in titles
    assert "Evidence index" in titles
    # In English the whole sample is printed here only.
    assert [number for number, one in enumerate(pages_in(pdf), 1) if one.lines < FEWEST] == []


def test_every_printed_page_number_is_the_page_of_its_target(pdf: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as document:
        assert "\u2007\u2007\u2007" not in "".join(_pages(pdf))
        numbers: dict[Any, int] = {page.objgen: index for index, page in enumerate(document.pages, start=1)}
        names = document.Root.Names.Dests.Names
        targets = {str(names[i]): numbers[names[i + 1][0].objgen] for i in range(0, len(names), 2)}
    text = _pages(pdf)
    contents = next(page for page in text if page.lstrip().startswith("Contents") or "\nContents" in page[:300])
    line = re.search(r"Evidence index\s+(\d+)", contents + text[text.index(contents) + 1])
    assert line is not None
    assert int(line[1]) == targets["evidence"]


def test_the_index_is_the_same_in_json_html_pdf_and_on_the_rectors_page(sample: Portable, pdf: bytes) -> None:
    built = build(sample, registry.home(), "en")
    shown = number(built.report.index)
    assert json.loads(service.make(sample, registry.home(), language="en", kind="full", wanted="json")) == to_json(built.card)
    assert f"Index {shown}" in render_html(built.report, "full")
    assert f"Index {shown}" in render_html(built.report, "summary")
    assert any(f"Index {shown}" in page for page in _pages(pdf))


def _picture() -> bytes:
    target = BytesIO()
    Image.new("RGB", (300, 200), "#aa2200").save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_the_rectors_summary_is_one_page_in_every_language_with_all_that_it_can_carry(language: str) -> None:
    whole = read_path(EXAMPLES / f"paper-university.{language}.yaml", registry.home())
    by = Approval(
        12, datetime(2026, 11, 20, 9, 5, tzinfo=UTC), "Құдайбергенова Гүлмира Әбдірахманқызы", ("quality_manager",), "ab" * 32
    )
    logo = f"data:image/png;base64,{b64encode(_picture()).decode()}"
    head, address = f"3:128:{'cd' * 32}", "https://sapa.example/verify/AbCdEfGhIjKlMnOpQrStUvWx"
    built = build(whole, registry.home(), language, approval=by, audit_head=head, look=Look(logo, "#0b5d5a"))
    built = replace(built, report=with_verification(built.report, address))
    rendered = service.print_pdf(built, "summary")
    assert rendered.warnings == ()
    [page] = _pages(rendered.pdf)
    assert "Құдайбергенова" in page


def _signed_by(report: Report, page: Page) -> str:
    """What the table of signatures says, on paper or on a phone."""
    html = re.sub(r"<style>.*?</style>", "", render_html(report, "summary", page), flags=re.DOTALL)
    parts = re.findall(r'<(?:tbody|div) class="sign.*?</(?:tbody|div)>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", " ".join(parts)).split())


@pytest.mark.parametrize("page", ["a4", "phone"])
def test_the_summary_says_who_signed_it_and_leaves_a_line_to_the_rector_who_did_not(page: Page) -> None:
    def told(approval: Approval | None) -> str:
        return _signed_by(build(small(), registry.home(), "en", approval=approval).report, page)

    assert "Rector" in told(None)
    assert "Aigul" not in told(None)
    manager = told(Approval(1, AT, "Aigul Sample", ("quality_manager",), "ab" * 32))
    assert "Aigul Sample" in manager
    assert "signed by name in Sapa" in manager
    assert "Rector" in manager
    rector = told(Approval(1, AT, "Aigul Sample", ("rector",), "ab" * 32))
    assert "Aigul Sample" in rector
    assert "Rector" not in rector
    assert told(Approval(1, AT, None, None, "ab" * 32)).count("not recorded") >= 2


def test_the_same_assessment_gives_the_same_bytes() -> None:
    first = service.make(small(), registry.home(), language="en", kind="summary", wanted="pdf")
    assert first == service.make(small(), registry.home(), language="en", kind="summary", wanted="pdf")


def test_a_report_whose_evidence_has_digests_and_whose_trail_has_a_head_is_whole_and_the_same_again() -> None:
    evidence = {code: one.model_copy(update={"sha256": "ab" * 32}) for code, one in small().evidence.items()}
    portable = small().model_copy(update={"evidence": evidence})
    head = f"3:128:{'cd' * 32}"
    pdf = service.make(portable, registry.home(), language="kk", kind="full", wanted="pdf", audit_head=head)
    assert pdf == service.make(portable, registry.home(), language="kk", kind="full", wanted="pdf", audit_head=head)
    found = verify(pdf, registry.home())
    assert found.whole, found.checks
    assert [one.passed for one in found.checks if one.name == "trail"] == [None]
    text = _pages(pdf)
    assert len([page for page in text if re.search(r"3:128:\s*cdcd\s+cdcd\s+cdcd\s+cdcd\b", page)]) > len(text) / 2
    assert any(head in re.sub(r"\s", "", page) for page in text)
    without = render_html(build(portable, registry.home(), "kk").report)
    assert "3:128" not in without


def test_changing_one_answer_changes_score_gaps_and_pdf() -> None:
    portable = small()
    changed = {
        **portable.answers,
        "esg-2015:policy.approved": portable.answers["esg-2015:policy.approved"].model_copy(update={"level": 0}),
    }
    other = portable.model_copy(update={"answers": changed})
    before, after = build(portable, registry.home(), "en"), build(other, registry.home(), "en")
    assert before.card.index != after.card.index
    assert before.card.gaps != after.card.gaps
    assert render_html(before.report) != render_html(after.report)


@pytest.mark.parametrize("old", [b'"level":3', b'"level":2'])
def test_embedded_data_that_were_changed_are_found(pdf: bytes, old: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as document:
        for spec in document.attachments.values():
            if spec.filename == "sapa-assessment.json":
                stream = spec.get_file()
                content = stream.read_bytes()
                assert old in content
                stream.obj.write(content.replace(old, b'"level":4', 1))
        target = BytesIO()
        document.save(target)
    found = verify(target.getvalue(), registry.home())
    assert not found.whole
    assert {check.name for check in found.checks if check.passed is False} >= {"printed digest"}


def test_a_changed_figure_in_the_scorecard_is_found(pdf: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as document:
        for spec in document.attachments.values():
            if spec.filename == "sapa-scorecard.json":
                card = json.loads(spec.get_file().read_bytes())
                card["index"] += 1
                spec.get_file().obj.write(json.dumps(card).encode())
        target = BytesIO()
        document.save(target)
    wrong = [check for check in verify(target.getvalue(), registry.home()).checks if check.passed is False]
    assert [check.name for check in wrong] == ["figures"]
    assert wrong[0].detail.startswith("index:")


@pytest.mark.parametrize("content", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF"])
def test_a_file_that_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(NotAReport):
        verify(content, registry.home())


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="file:///etc/hostname">',
    '<link rel="attachment" href="file:///etc/hostname">',
    "<svg><use href='#x'/></svg>",
    "</style><style>*{display:none}</style>",
    "{{ 7*7 }}{% for x in [] %}",
    "\u2007\u2007\u2007 figure spaces",
    "word" * 4000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_printed_as_text(text: str) -> None:
    portable = small()
    answers = dict(portable.answers)
    first = next(iter(answers))
    answers[first] = answers[first].model_copy(update={"comment": text, "strengths": text})
    hostile = portable.model_copy(update={"answers": answers, "title": {"en": text[:200]}})
    rendered = service.print_pdf(build(hostile, registry.home(), "en"), "full")
    assert rendered.warnings == ()
    printed = re.sub(r"\s", "", "".join(_pages(rendered.pdf)))
    assert re.sub(r"\s", "", text.replace("\u2007", " "))[:40] in printed.replace("\u00ad", "")
    assert verify(rendered.pdf, registry.home()).whole


def test_a_render_that_takes_too_long_is_stopped(sample: Portable) -> None:
    html = render_html(build(sample, registry.home(), "en").report)
    with pytest.raises(ReportNotRendered, match="took longer"):
        render_pdf(html, [], day=sample.date, identifier="x", wall_seconds=0.3)


def test_the_renderer_reads_no_file_and_reaches_no_server() -> None:
    html = (
        '<html lang="en"><title>x</title><body><img src="file:///etc/hostname" alt=""><img src="http://127.0.0.1:9/x" alt="">'
        '<link rel="stylesheet" href="file:///etc/hostname"><style>@import url("http://127.0.0.1:9/y")</style></body></html>'
    )
    rendered = render_pdf(html, [], day=small().date, identifier="x")
    assert len(rendered.warnings) >= 3
    assert all("not fetched" in warning for warning in rendered.warnings)


def test_a_reference_to_nothing_stops_the_report_instead_of_printing_a_wrong_number() -> None:
    html = '<html lang="en"><title>x</title><body><a href="#nowhere">see \u2007\u2007\u2007</a></body></html>'
    with pytest.raises(ReportNotRendered, match="nowhere"):
        render_pdf(html, [], day=small().date, identifier="x")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_letter_of_the_report_is_in_our_fonts(sample: Portable, language: str) -> None:
    known = set(TTFont(FONTS / "NotoSans-Regular.ttf").getBestCmap())
    text = re.sub(r"<style>.*?</style>", "", render_html(build(sample, registry.home(), language).report), flags=re.DOTALL)
    assert sorted({letter for letter in text if ord(letter) not in known and letter not in "\n\t"}) == []


def test_labels_of_bands_that_would_run_into_each_other_stand_in_two_rows() -> None:
    def rows(*labels: str) -> tuple[int, ...]:
        return gauge([(str(index), 25 * index, label) for index, label in enumerate(labels)], (), None, None, None).label_rows

    assert rows("Not established", "Partly established", "Largely established", "Established") == (0, 0, 0, 0)
    assert rows("Не сформировано", "Сформировано частично", "Сформировано в основном", "Сформировано") == (0, 1, 0, 1)
