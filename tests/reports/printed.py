"""Reports printed once for every test that looks at them: laying out the sample takes longer than all that is asked of it."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import pypdfium2

from app.portable.model import Portable
from app.portable.read import read_path
from app.reports import service
from app.reports.build import Built, build
from app.reports.build_delta import Against
from app.reports.kinds import Kind, Page
from app.rubrics import registry
from tests.factories import EXAMPLES, small

Box = tuple[float, float, float, float]
FEWEST = 6
"""Lines on a page of the whole sample: fewer are a page that the one before should have had."""
MARGIN = 62.0
"""Points that the running head and the foot of a page of paper have."""
TALLEST = 45.0
"""Points: more than a line of any text has."""


@dataclass(frozen=True)
class Case:
    """A report: of the whole sample or the small one, as a draft or as what was approved."""

    kind: Kind
    language: str
    page: Page = "a4"
    whole: bool = True
    draft: bool = True

    def __str__(self) -> str:
        return f"{self.kind}-{self.page}-{self.language}"


@dataclass(frozen=True)
class Printed:
    """A page: how large it is, (left, bottom, right, top) of each run of text on it, and what it says."""

    width: float
    height: float
    runs: tuple[Box, ...]
    text: str

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The text that is to be read: not the mark across a draft, which is taller than any line."""
        return tuple(one for one in self.runs if one not in self.marks)

    @property
    def marks(self) -> tuple[Box, ...]:
        """What stands across the page."""
        return tuple(one for one in self.runs if one[3] - one[1] > TALLEST)

    @property
    def lines(self) -> int:
        """How many lines stand between the running head and the foot."""
        count, bottom = 0, self.height - MARGIN
        for box in sorted(self.boxes, key=lambda one: -one[3]):
            if box[1] > MARGIN and (box[1] + box[3]) / 2 < bottom:
                count, bottom = count + 1, box[1]
        return count


def earlier(portable: Portable) -> Portable:
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


@cache
def built(case: Case) -> Built:
    """What the report of a case says."""
    home = registry.home()
    portable = read_path(EXAMPLES / f"paper-university.{case.language}.yaml", home) if case.whole else small()
    against = Against(earlier(portable), home) if case.kind == "delta" else None
    return build(portable, home, case.language, draft=case.draft, against=against)


@cache
def pdf_of(case: Case) -> bytes:
    """The PDF of a case, laid out without a warning."""
    rendered = service.print_pdf(built(case), case.kind, case.page)
    assert rendered.warnings == ()
    return rendered.pdf


@cache
def pages_of(case: Case) -> tuple[Printed, ...]:
    """The pages of a case."""
    return pages_in(pdf_of(case))


def pages_in(pdf: bytes) -> tuple[Printed, ...]:
    """The pages of a file."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_page(one) for one in document)
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Printed:
    text = page.get_textpage()
    width, height = page.get_size()
    return Printed(width, height, tuple(text.get_rect(index) for index in range(text.count_rects())), text.get_text_range())
