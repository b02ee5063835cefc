"""Every page of every kind in every language: nothing leaves its page, is clipped, covered or broken, and no page is empty."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from weasyprint import HTML

from app.i18n import gettext, use
from app.reports.fonts import FONTS
from app.reports.html import render_html
from app.rubrics import registry
from tests.reports.printed import FEWEST, Box, Case, Printed, built, pages_of, pdf_of

MM = 72 / 25.4
LANGUAGES = ("kk", "ru", "en")
# The longest words are Kazakh: that is where a line breaks out first. In other languages the whole sample would cost too much
# time where what is special about a kind is in the small one too.
CASES = (
    Case("full", "kk", draft=False),
    Case("full", "ru"),
    Case("full", "en", whole=False),
    *(Case("summary", language) for language in LANGUAGES),
    *(Case("summary", language, "phone") for language in LANGUAGES),
    *(Case(kind, language, whole=language == "kk") for kind in ("plan", "iso-to-esg", "delta") for language in LANGUAGES),
)
LEAST = 60
"""Letters on a page that is not called empty."""
TOUCH, TOUCH_SHARE = 2.0, 0.6
FEW = 6
LONGEST_WORD = 25


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


def _places(case: Case) -> dict[int, list[str]]:
    left, right = (5 * MM, 5 * MM) if case.page == "phone" else (19 * MM, 17 * MM)
    return {number: _faults(one, left, right) for number, one in enumerate(pages_of(case), start=1)}


def test_a_page_with_a_fault_is_found() -> None:
    fine = Printed(595, 842, ((60, 700, 200, 710), (60, 680, 200, 690), (100, 200, 480, 640)), "word " * 20)
    assert _faults(fine, 19 * MM, 17 * MM) == []
    for boxes, told in (
        (((60, 700, 590, 710),), "outside"),
        (((60, 700, 200, 710), (150, 701, 300, 711)), "over"),
        (((60, 2, 200, 12),), "outside"),
    ):
        [found] = _faults(Printed(595, 842, boxes, fine.text), 19 * MM, 17 * MM)
        assert found.startswith(told)
    assert _faults(Printed(595, 842, (), " 7 "), 19 * MM, 17 * MM) == ["empty"]


def _bad_ends(text: str) -> list[str]:
    """Lines that end in a range of numbers or before what ends a number, and those that begin with a dash or a per cent."""
    return [
        f"{one[-20:]}|{other[:20]}"
        for one, other in pairwise(text.splitlines())
        if (re.search(r"\d–$", one) and re.match(r"\d", other))
        or (re.search(r"\d-$", one) and re.match(r"[а-яёәғқңөұүһі]", other))
        or re.match(r"% |[–—] [^\W\d_]", other)
    ]


def test_a_bad_end_of_a_line_is_found() -> None:
    text = "clauses 4–\r\n10\r\nthe 22-\r\nсінде\r\n58\r\n% of\r\nthem\r\n– which\r\nEnded 2\r\n– / 3\r\n–\r\n2026-\r\n11"
    assert [one.partition("|")[2] for one in _bad_ends(text)] == ["10", "сінде", "% of", "– which"]


def _html(case: Case) -> Any:
    return HTML(string=render_html(built(case).report, case.kind, case.page)).etree_element


def _said(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _broken(text: str, words: set[str]) -> list[str]:
    """Words that a line breaks where they have no hyphen. Addresses and digests may be broken: they are no words."""
    found = []
    for one, other in pairwise(text.splitlines()):
        head, tail = re.search(r"[^\W\d_]+$", one), re.match(r"[^\W\d_]+", other)
        if head and tail and head[0] + tail[0] in words and not {head[0], tail[0]} <= words:
            found.append(f"{head[0]}|{tail[0]}")
    return found


def _broken_words(case: Case) -> dict[int, list[str]]:
    body = re.sub(r"https?://\S+", " ", _said(_html(case).find("body")))
    words = {one for one in re.findall(r"[^\W\d_]+", body) if len(one) <= LONGEST_WORD}
    return {number: _broken(one.text, words) for number, one in enumerate(pages_of(case), start=1)}


def test_a_broken_word_is_found() -> None:
    words = {"action", "level", "and", "or"}
    assert _broken("no act\r\nion 4\r\nor\r\nlevel\r\n4", words) == ["act|ion"]


@cache
def _widths(weight: str) -> dict[int, float]:
    """How wide each letter is, by its size."""
    font = TTFont(FONTS / f"NotoSans-{weight}.ttf")
    known, metrics = font.getBestCmap(), font["hmtx"]
    return {letter: metrics[name][0] / font["head"].unitsPerEm for letter, name in known.items()}


def _texts(picture: Any) -> Iterator[tuple[str, float, float]]:
    """(what it says, left, right) of each text of a chart."""
    for text in picture.iter("{http://www.w3.org/2000/svg}text"):
        letters = _widths("Bold" if text.get("font-weight") == "bold" else "Regular")
        at, wide = float(text.get("x")), float(text.get("font-size")) * sum(letters[ord(one)] for one in text.text or "")
        start = at - {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", "start"), 0)
        yield text.text or "", start, start + wide


def _clipped(case: Case) -> list[str]:
    """What charts say beyond their edges."""
    found = []
    for picture in _html(case).iter("{http://www.w3.org/2000/svg}svg"):
        _x, _y, width, _height = map(float, picture.get("viewBox").split())
        found += [said for said, left, right in _texts(picture) if left < 0 or right > width]
    return found


def _elements(node: Any) -> Iterator[Any]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from _elements(node.get("/K"))


def _without_heads(case: Case) -> int:
    """How many pieces of tables lack a head: what goes on on another page is a table of its own among the tags."""
    without = sum(table.find("thead") is None for table in _html(case).iter("table"))
    with pikepdf.open(BytesIO(pdf_of(case))) as document:
        tables = [one for one in _elements(document.Root.StructTreeRoot.K) if str(one.S) == "/Table"]
        return sum(not any(str(one.S) == "/THead" for one in _elements(table.K)) for table in tables) - without


def _orphans(case: Case) -> list[int]:
    """Pages on which a heading is the last thing."""
    found = []
    with pikepdf.open(BytesIO(pdf_of(case))) as document:
        numbers = document.Root.StructTreeRoot.ParentTree.Nums
        content = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        for number, page in enumerate(document.pages, start=1):
            last: Any = [one for one in content[int(page.StructParents)] if isinstance(one, pikepdf.Dictionary)][-1]
            while str(last.S) in {"/Span", "/Link"}:
                last = last.P
            if re.fullmatch(r"/H\d", str(last.S)):
                found.append(number)
    return found


def _marks(case: Case) -> dict[int, str]:
    """Pages of a draft without its mark, and pages of what was approved with one."""
    with use(case.language):
        word = gettext("DRAFT")
    pages = enumerate(pages_of(case), start=1)
    if case.draft:
        return {number: "no mark" for number, one in pages if len(one.marks) != 1 or not one.text.rstrip().endswith(word)}
    return {number: "a mark" for number, one in pages if one.marks or word in one.text}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_page_is_one_that_can_be_shown(case: Case) -> None:
    found: dict[str, Any] = {
        "out of place": {number: faults for number, faults in _places(case).items() if faults},
        "broken words": {number: words for number, words in _broken_words(case).items() if words},
        "clipped": _clipped(case),
        "tables without heads": _without_heads(case),
        "orphans": _orphans(case),
        "ends of lines": {number: ends for number, one in enumerate(pages_of(case), 1) if (ends := _bad_ends(one.text))},
        "few lines": [number for number, one in enumerate(pages_of(case), 1) if case.whole and one.lines < FEWEST],
        "not in our fonts": [number for number, one in enumerate(pages_of(case), 1) if "[U+" in one.text],
        "marks": _marks(case),
    }
    assert {what: where for what, where in found.items() if where} == {}
    if case == CASES[0]:
        _keeps_captions_heads_and_dates([one.text for one in pages_of(case)])
    if case.kind == "summary":
        # One page of paper, few screens of a phone.
        assert 1 < len(pages_of(case)) < FEW if case.page == "phone" else len(pages_of(case)) == 1


def _keeps_captions_heads_and_dates(pages: list[str]) -> None:
    """What Kazakh tables once lost."""
    title = registry.home().rubrics["iso-9001-2015@1"].of.title["kk"]
    caption = next(page for page in pages if f"{title} (алдын ала)" in page)
    assert "Көшбасшылық" in caption
    assert any("Жоспарда" in page for page in pages)
    template = next(page for page in pages if "01.12.2024" in page)
    assert "01.12.2024 күнінен бастап жарамды" in template
    assert not any("мен – аралығында" in page for page in pages)
