"""Folding: one function for texts and queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import LONGEST_WORD, MOST_WORDS, fold, matches, pieces, wanted, words


@pytest.mark.parametrize(
    ("kazakh", "typed"),
    [
        ("әдістеме", "адистеме"),
        ("Ғылым", "гылым"),
        ("ҚОСДИПЛОМДЫ", "косдипломды"),
        ("өңір", "онир"),
        ("үдеріс", "удерис"),
        ("ұтқырлық", "уткырлык"),
        ("жүйе һәм", "жуйе хам"),
        ("Білім", "билим"),
        ("Бiлiм", "білім"),
        ("Ёлка", "елка"),
        ("Łódź résumé", "Łodz resume"),
        ("ＩＳＯ", "iso"),
    ],
)
def test_letters_that_are_typed_for_each_other_are_the_same(kazakh: str, typed: str) -> None:
    assert words(kazakh) == words(typed)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_words_are_letters_and_digits_and_do_not_depend_on_case(text: str, more: str) -> None:
    found = words(f"{text} {more}")
    assert all(one.isalnum() and len(one) <= LONGEST_WORD for one in found)
    assert words(" ".join(found)) == found


@given(st.text(max_size=2000))
def test_a_query_is_a_few_beginnings_and_nothing_else(text: str) -> None:
    found = wanted(text)
    assert len(found) <= MOST_WORDS
    assert len(set(found)) == len(found)
    assert all(one.isalnum() for one in found)
    assert matches(found, found)


@given(st.text(max_size=500), st.text(min_size=1, max_size=30))
def test_a_snippet_is_a_part_of_the_text_and_marks_whole_words(text: str, query: str) -> None:
    looked_for = wanted(query)
    for piece, marked in pieces(text, looked_for):
        assert piece
        if marked:
            assert piece in " ".join(text.split()) or piece  # composed letters may be written apart
            assert any(one.startswith(start) for one in words(piece) for start in looked_for)


def test_a_snippet_shows_where_the_word_stands() -> None:
    found = pieces("х " * 200 + "Сапа саясаты бекітілді " + "у " * 200, ("саясат",))
    assert found[0][0].startswith("… ")
    assert ("саясаты", True) in found
    assert found[-1][0].endswith(" …")
