"""What is pasted from word processors and web pages arrives as plain text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.pasting import plain

KAZAKH = "Әліпби: ә ғ қ ң ө ұ ү һ і, Ә Ғ Қ Ң Ө Ұ Ү Һ І – «сапа»"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four\u0085five", "one\ntwo\nthree\nfour\nfive"),
        ("qua\u00adli\u200bty\ufeff", "quality"),
        ("10\u00a0000\u202f€", "10 000 €"),
        ("\u00b7\tfirst\n  \u2022 second\no\tthird\n\uf0b7 fourth", "• first\n  • second\n• third\n• fourth"),
        ("a \t\nb", "a\nb"),
        ("и\u0306", "й"),
        ("\u202egnp.exe", "gnp.exe"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("o is a letter", "o is a letter"),
        ("семья 👨\u200d👩\u200d👧", "семья 👨\u200d👩\u200d👧"),
        (KAZAKH, KAZAKH),
    ],
)
def test_what_is_seen_stays_and_what_is_not_goes(pasted: str, kept: str) -> None:
    assert plain(pasted) == kept


@given(st.text(max_size=300))
def test_plain_text_stays_plain(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in once)


@given(st.text(alphabet="абвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяәABCxyz 0123456789.,;:!?«»–()\n", max_size=300))
def test_letters_figures_and_marks_are_never_touched(text: str) -> None:
    assert plain(text).replace(" \n", "\n").split() == text.split()
