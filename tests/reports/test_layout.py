"""What decides how pages are laid out before anything is drawn: who shares a page, where no line ends, what is written again."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from html import escape
from io import BytesIO
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from app.portable.read import read_path
from app.reports import one_piece, pdf_standards
from app.reports.build import build
from app.reports.coverage_pages import coverage_pages
from app.reports.fetching import OurFontsOnly
from app.reports.fragments.drawing import Drawing
from app.reports.line_ends import JOINER, without_bad_ends
from app.reports.measures import _advance, lines_of
from app.reports.model import RubricSection
from app.reports.model_coverage import CoverageRow, CoverageSection, CoverageStandard
from app.reports.parts import parts_of
from app.reports.register_pages import register_pages
from app.reports.results_pages import SHARED, results_pages
from app.rubrics import registry
from app.rubrics.model import in_language
from app.web.templates import TEMPLATES
from tests.factories import EXAMPLES, small
from tests.reports.test_standards import broken_rules


@pytest.fixture(scope="module")
def faces() -> tuple[CSS, FontConfiguration]:
    """Our fonts, for a page that is laid out here."""
    fonts = FontConfiguration()
    css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
    rules = "".join(re.findall(r"@font-face \{[^}]*\}", css))
    return CSS(string=rules, font_config=fonts, url_fetcher=OurFontsOnly()), fonts


def _of_sizes(sizes: Sequence[int]) -> list[RubricSection]:
    rubric = build(small(), registry.home(), "en").report.rubrics[0]
    standards = rubric.standards * 2
    return [
        replace(rubric, id=f"r{number}", anchor=f"r-{number}", standards=standards[:size]) for number, size in enumerate(sizes)
    ]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), max_size=6))
def test_small_rubrics_share_a_page_and_all_stay_in_their_order(sizes: list[int]) -> None:
    rubrics = _of_sizes(sizes)
    pages = results_pages(rubrics)
    assert [one for page in pages for one in page] == rubrics
    counts = [[len(one.standards) for one in page] for page in pages]
    assert all(len(page) == 1 or sum(page) <= SHARED for page in counts)
    # None begins a page that would have fitted on the one before.
    assert all(sum(page) + following[0] > SHARED for page, following in pairwise(counts))


def test_rubrics_that_share_a_page_are_printed_in_one_part() -> None:
    report = replace(build(small(), registry.home(), "en").report, rubrics=tuple(_of_sizes([3, 1, 2, 9])))
    results = [one.html for one in parts_of(report) if one.name.startswith("results-")]
    assert [html.count('<div class="together') for html in results[:3]] == [2, 1, 1]
    assert [html.count("together--first") for html in results[:3]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("4–10", "4–|10"),
        ("4–10-бөлімдер", "4–|10-|бөлімдер"),
        ("61 жағдайдың 22-сінде", "61 жағдайдың 22-|сінде"),
        ("58 % расписания – это", "58 |% расписания |– это"),
        ("2026-11-01, E-08, esg-2015-policy", "2026-11-01, E-08, esg-2015-policy"),
    ],
)
def test_no_line_ends_in_a_range_before_an_ending_or_before_a_dash(text: str, joined: str) -> None:
    page = "<html><head><title>4–10</title></head><body><p>{}</p></body></html>"
    assert without_bad_ends(page.format(text)) == page.format(joined.replace("|", JOINER))


def test_joiners_are_neither_in_the_text_nor_in_the_bookmarks_of_a_file() -> None:
    html = '<html lang="kk"><head><title>4–10</title></head><body><h1>4–10-бөлімдер – 5 %</h1></body></html>'
    pdf = _written(without_bad_ends(html))
    assert "4–10-бөлімдер – 5 %" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    with pikepdf.open(BytesIO(pdf)) as document, document.open_outline() as outline:
        assert [one.title for one in outline.root] == ["4–10-бөлімдер – 5 %"]


def _written(html: str) -> bytes:
    attached = [{"name": "a.json", "description": "Data", "text": "{}"}]
    request = {"html": html, "date": "2026-11-01T00:00:00+00:00", "identifier": "x", "attachments": attached}
    return one_piece.lay_out(request)


def test_what_is_written_again_because_a_stream_ended_unclearly_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter([True, True, False])
    monkeypatch.setattr(pdf_standards, "ends_unclearly", lambda _written: next(said))
    pdf = _written('<html lang="en"><head><title>x</title></head><body><h1>Head</h1><p>Text.</p></body></html>')
    assert list(said) == []
    with pikepdf.open(BytesIO(pdf)) as document:
        assert [spec.get_file().read_bytes() for spec in document.attachments.values()] == [b"{}"]
    assert broken_rules(pdf) == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_of_the_gap_register_are_full_and_each_is_one_page(language: str) -> None:
    library = registry.home()
    report = build(read_path(EXAMPLES / f"paper-university.{language}.yaml", library), library, language).report
    pages = register_pages(report)
    assert [one for page in pages for one in page] == [*report.gaps]
    drawing, parts = Drawing(), [one for one in parts_of(report) if one.name.startswith("gaps-")]
    assert len(parts) == len(pages) > 5
    for number, part in enumerate(parts):
        assert len(drawing.draw(part.name, part.html).leaves) == 1
        if number + 1 < len(pages):
            # With two more rows it is one no longer: nothing of the page is given away.
            two = "".join(re.findall(r"<tr><td.*?</tr>", parts[number + 1].html, flags=re.DOTALL)[:2])
            longer = part.html.replace("</tbody>", f"{two}</tbody>")
            assert len(drawing.draw(part.name, longer).leaves) == 2


def _with_rows_of(page: str, following: str) -> str:
    """The page with as many rows of the next one as can move together: two, or three where one would be left alone."""
    found = re.search(r'coverage__page">\s*(<h2>.*?</h2>)?\s*(<table.*?<tbody>)(.*?)</tbody>', following, re.DOTALL)
    assert found
    title, opening, rest = found.groups()
    rows = re.findall("<tr>.*?</tr>", rest, re.DOTALL)
    some = "".join(rows[: 3 if len(rows) == 3 else 2])
    before, end, after = page.rpartition("</tbody>")
    return f"{before}</tbody></table>{title}{opening}{some}{end}{after}" if title else before + some + end + after


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_of_the_coverage_are_full_and_each_is_one_page(language: str) -> None:
    library = registry.home()
    report = build(read_path(EXAMPLES / f"paper-university.{language}.yaml", library), library, language).report
    drawing, parts = Drawing(), {one.name: one for one in parts_of(report)}
    assert len(report.coverage) == 3
    for position, section in enumerate(report.coverage, 1):
        pages = coverage_pages(section, language)
        stretches = [one for page in pages for one in page.stretches]
        rows = [row for one in stretches for row in one.rows]
        assert rows == [row for standard in section.standards for row in standard.rows]
        assert [one.standard for one in stretches if one.begins] == [*section.standards]
        assert all(len(one.rows) >= min(2, len(one.standard.rows)) for one in stretches)
        assert len(pages) > 3
        for page, following in pairwise(pages):
            part, after = (parts[f"coverage-{position}-{one.number}"] for one in (page, following))
            assert len(drawing.draw(part.name, part.html).leaves) == 1
            # With two or three rows more it is one no longer: nothing of the page is given away.
            longer = _with_rows_of(part.html, after.html)
            assert len(drawing.draw(part.name, longer).leaves) == 2, part.name


def _coverage_with(lengths: Sequence[Sequence[int]]) -> CoverageSection:
    """Coverage whose standards have rows with so many words to be shown each."""
    none = Fraction(0)
    standards = tuple(
        CoverageStandard(
            number=str(number),
            title="Title",
            coverage=none,
            ceiling=none,
            rows=tuple(
                CoverageRow(
                    reference=f"x:{number}.{row}", anchor=f"a{number}-{row}", code=f"{number}.{row}", question="?", coverage=none,
                    ceiling=none, residuals=("word " * words,), sources=(), reusable=(),
                )
                for row, words in enumerate(each)
            ),
        )
        for number, each in enumerate(lengths, 1)
    )  # fmt: skip
    return CoverageSection(
        source="From",
        target="To",
        from_iso=False,
        coverage=none,
        ceiling=none,
        reviewed_by=None,
        standards=standards,
        out_of_reach=(),
    )


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from([0, 5, 20, 100, 900, 9000]), max_size=9), max_size=6))
def test_coverage_of_any_length_has_every_row_once_and_leaves_none_alone_that_has_room(lengths: list[list[int]]) -> None:
    section = _coverage_with(lengths)
    pages = coverage_pages(section, "en")
    stretches = [one for page in pages for one in page.stretches]
    assert [row for one in stretches for row in one.rows] == [row for one in section.standards for row in one.rows]
    assert [one.standard for one in stretches if one.begins] == [*section.standards]
    assert [page.number for page in pages] == [*range(1, len(pages) + 1)]
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    if max((max(each, default=0) for each in lengths), default=0) <= 100:
        assert all(len(one.rows) >= min(2, len(one.standard.rows)) for one in stretches)
    assert all(page.stretches or page.first for page in pages)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_texts_are_as_wide_as_was_told_or_a_little_narrower(faces: tuple[CSS, FontConfiguration], language: str) -> None:
    css, fonts = faces
    criteria = [one for rubric in registry.home().rubrics.values() for one in rubric.by_id.values()][:200]
    texts = [in_language(one.question, language) for one in criteria]
    page = "".join(f'<p style="font: 8pt Noto Sans; white-space: nowrap">{escape(one)}</p>' for one in texts)
    html = f'<html lang="{language}"><head><style>@page {{ size: 5000pt }}</style></head><body>{page}</body></html>'
    document = HTML(string=html, url_fetcher=OurFontsOnly()).render(font_config=fonts, stylesheets=[css])
    boxes = [one for page in document.pages for one in page._page_box.descendants()]
    widths = [one.width * 0.75 for one in boxes if type(one).__name__ == "TextBox"]
    for text, width in zip(texts, widths, strict=True):
        told = sum(_advance(one, 8, bold=False) for one in text)
        assert width - 0.05 <= told <= width * 1.02, text


@settings(max_examples=60)
@given(
    st.lists(st.text(alphabet="абвгдежзийклмноп%01234567iWMäқ", min_size=1, max_size=12), min_size=20, max_size=80).map(" ".join),
    st.sampled_from([60.0, 200.0, 480.0]),
)
def test_no_text_takes_more_lines_than_were_told(faces: tuple[CSS, FontConfiguration], text: str, width: float) -> None:
    page = (
        f'<html lang="kk"><head><style>p {{ font: 8pt/10pt "Noto Sans"; width: {width}pt; margin: 0; overflow-wrap: anywhere }}'
        f"</style></head><body><p>{escape(text)}</p></body></html>"
    )
    css, fonts = faces
    document = HTML(string=without_bad_ends(page), url_fetcher=OurFontsOnly()).render(font_config=fonts, stylesheets=[css])
    boxes = document.pages[0]._page_box.descendants()
    lines = sum(type(one).__name__ == "LineBox" for one in boxes)
    assert lines <= lines_of(" ".join(text.split()), width, 8)
