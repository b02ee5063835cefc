"""What decides how pages are laid out before anything is drawn: who shares a page, where no line ends, what is written again."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports import one_piece, pdf_standards
from app.reports.build import build
from app.reports.line_ends import JOINER, without_bad_ends
from app.reports.model import RubricSection
from app.reports.parts import parts_of
from app.reports.results_pages import SHARED, results_pages
from app.rubrics import registry
from tests.factories import small
from tests.reports.test_standards import broken_rules


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
