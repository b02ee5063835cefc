"""What is drawn when, and by which process: nothing waits that could be drawn, and two processes end together."""

import time
from collections.abc import Iterator
from threading import Event

from hypothesis import given
from hypothesis import strategies as st

from app.reports.fragments.printing import AT_ONCE, Made, Press
from app.reports.parts import Part
from app.reports.printed import TOGETHER, _together, draw_parts

PAGE = "<!DOCTYPE html><html lang='en'><head><title>x</title></head><body><p>{}</p></body></html>"


class _Watched(Press):
    """The press, with a sign that something was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = Event()

    def draw(self, *parts: tuple[str, str], seconds: float) -> Made:
        self.asked.set()
        return super().draw(*parts, seconds=seconds)


def test_the_first_part_is_drawn_while_the_next_is_still_written() -> None:
    press = _Watched()

    def written() -> Iterator[Part]:
        yield Part("first", PAGE.format("one"))
        assert press.asked.wait(20), "nothing was drawn before all was written"
        yield Part("second", PAGE.format("two"))

    try:
        found = draw_parts(written(), None, press, time.monotonic() + 60)
    finally:
        press.close()
    assert {part.name for part in found} == {"first", "second"}
    assert all(found.values())


@given(st.lists(st.integers(1, 2 * TOGETHER), min_size=1, max_size=40))
def test_every_part_is_drawn_once_and_no_process_has_more_than_its_share(lengths: list[int]) -> None:
    every = [Part(str(number), "x" * length) for number, length in enumerate(lengths)]
    waiting, drawn = [*every], list[Part]()
    while waiting:
        share = sum(len(one.html) for one in waiting) / (AT_ONCE + 1)
        some = _together(waiting)
        if len(some) > 1:
            assert sum(len(one.html) for one in some) <= min(share, TOGETHER)
        assert len(some[0].html) == max(len(one.html) for one in [*some, *waiting])
        drawn += some
    assert sorted(one.name for one in drawn) == sorted(one.name for one in every)
