"""The page that a citation names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.page_numbers import LARGEST, page_in


@pytest.mark.parametrize(
    ("where", "page"),
    [
        ("12-бет", 12),
        ("12–14-беттер", 12),
        ("3.2-бөлім, 45-бетте", 45),
        ("с. 12", 12),
        ("стр. 12", 12),
        ("раздел 3, с. 7", 7),
        ("на странице 12, абзац 3", 12),
        ("12-я страница", 12),
        ("p. 12", 12),
        ("pp. 12–14", 12),
        ("Page 12", 12),
        ("chapter 2, p. 9", 9),
        ("c. 12", 12),
        ("section 3", None),
        ("§ 12", None),
        ("ст. 12", None),
        ("v. 12", None),
        ("step 12", None),
        ("бетон 5", None),
        ("p. 0", None),
        ("p. 1234567", None),
        ("", None),
        (None, None),
    ],
)
def test_a_page_is_read_as_people_write_it(where: str | None, page: int | None) -> None:
    assert page_in(where) == page


@given(st.integers(1, LARGEST), st.sampled_from(["{}-бет", "{} бет", "с. {}", "стр. {}", "страница {}", "p. {}", "page {}"]))
def test_every_page_is_found_in_every_manner(number: int, manner: str) -> None:
    assert page_in(manner.format(number)) == number


@given(st.text(max_size=500))
def test_any_text_gives_a_page_or_none(text: str) -> None:
    found = page_in(text)
    assert found is None or 1 <= found <= LARGEST


@given(st.text(alphabet=st.characters(categories=["L", "P", "Z"]), max_size=100))
def test_a_text_without_a_digit_names_no_page(text: str) -> None:
    assert page_in(text) is None
