"""Every page of every kind in every language: no text leaves its page or covers another, and no page is empty."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import pypdfium2
import pytest

from app.portable.model import Portable
from app.portable.read import read_path
from app.reports import service
from app.reports.build import build
from app.reports.build_delta import Against
from app.reports.kinds import Kind, Page
from app.rubrics import registry
from tests.factories import EXAMPLES, small

MM = 72 / 25.4
CASES: tuple[tuple[Kind, Page], ...] = (
    ("full", "a4"),
    ("summary", "a4"),
    ("summary", "phone"),
    ("plan", "a4"),
    ("iso-to-esg", "a4"),
    ("delta", "a4"),
)
LEAST = 60
"""Letters on a page that is not called empty."""
TOUCH, TOUCH_SHARE = 2.0, 0.6
FEW = 6
Box = tuple[float, float, float, float]


def _earlier(portable: Portable) -> Portable:
    """The sample as it may have been a year before: some answers lower, higher or missing, a shorter plan."""
    answers = dict(portable.answers)
    for number, (name, one) in enumerate(portable.answers.items()):
        if number % 13 == 0:
            del answers[name]
        elif number % 7 == 0 and one.level is not None:
            answers[name] = one.model_copy(update={"level": max(0, one.level - 1), "evidence": ()})
        elif number % 5 == 0 and one.level is not None:
            answers[name] = one.model_copy(update={"level": min(4, one.level + 1)})
    return portable.model_copy(update={"answers": answers, "date": date(2025, 11, 1), "actions": portable.actions[:-3]})


@dataclass(frozen=True)
class Printed:
    """A page: how large it is, (left, bottom, right, top) of each run of text on it, and what it says."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    text: str


@cache
def _printed(kind: Kind, page: Page, language: str) -> tuple[Printed, ...]:
    home = registry.home()
    # The longest words are Kazakh: that is where a line breaks out first. The others have a sample that is quickly laid out.
    whole = kind == "iso-to-esg" or (language == "kk" and kind != "full")
    portable = read_path(EXAMPLES / f"paper-university.{language}.yaml", home) if whole else small()
    against = Against(_earlier(portable), home) if kind == "delta" else None
    rendered = service.print_pdf(build(portable, home, language, draft=True, against=against), kind, page)
    assert rendered.warnings == ()
    document = pypdfium2.PdfDocument(rendered.pdf)
    try:
        return tuple(_page(one) for one in document)
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Printed:
    text = page.get_textpage()
    boxes = tuple(text.get_rect(index) for index in range(text.count_rects()))
    width, height = page.get_size()
    return Printed(width, height, boxes, text.get_text_range())


def _over(one: Box, other: Box) -> bool:
    """Whether two runs are printed over each other by more than letters of neighbouring lines may touch."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > TOUCH and high > TOUCH_SHARE * min(one[3] - one[1], other[3] - other[1])


def _faults(page: Printed, left: float, right: float) -> list[str]:
    """What is wrong with a page that keeps these margins."""
    edge = 3 * MM
    outside = [
        f"outside: {box}"
        for box in page.boxes
        if box[0] < left or box[2] > page.width - right or box[1] < edge or box[3] > page.height - edge
    ]
    ordered = sorted(page.boxes, key=lambda box: (-box[3], box[0]))
    over = [f"over each other: {one} {other}" for one, other in pairwise(ordered) if _over(one, other)]
    return [*outside, *over, *(["empty"] if len(page.text.strip()) <= LEAST else [])]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(("kind", "page"), CASES)
def test_no_text_leaves_its_page_or_covers_another_and_no_page_is_empty(kind: Kind, page: Page, language: str) -> None:
    left, right = (5 * MM, 5 * MM) if page == "phone" else (19 * MM, 17 * MM)
    faults = {number: _faults(one, left, right) for number, one in enumerate(_printed(kind, page, language), start=1)}
    assert {number: found for number, found in faults.items() if found} == {}


def test_a_page_with_a_fault_is_found() -> None:
    fine = Printed(595, 842, ((60, 700, 200, 710), (60, 680, 200, 690)), "word " * 20)
    assert _faults(fine, 19 * MM, 17 * MM) == []
    for boxes, told in (
        (((60, 700, 590, 710),), "outside"),
        (((60, 700, 200, 710), (150, 701, 300, 711)), "over"),
        (((60, 2, 200, 12),), "outside"),
    ):
        [found] = _faults(Printed(595, 842, boxes, fine.text), 19 * MM, 17 * MM)
        assert found.startswith(told)
    assert _faults(Printed(595, 842, (), " 7 "), 19 * MM, 17 * MM) == ["empty"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_summary_is_one_page_of_paper_and_few_screens_of_a_phone(language: str) -> None:
    assert len(_printed("summary", "a4", language)) == 1
    phone = _printed("summary", "phone", language)
    assert 1 < len(phone) < FEW
    assert phone[0].width == pytest.approx(90 * MM, abs=0.5)
