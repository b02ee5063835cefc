"""The table of OWASP ASVS 5.0 is whole, and what it says is shown by something that exists."""

import ast
import re
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PENDING_ALLOWED = False
"""Whether items may wait for their tests to be linked; False once what is built beside this is in."""
MOST_OPEN = 6
ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "asvs.md"
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33",
    "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22", "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
"""The levels of the items of each section of version 5.0.0, in their order."""
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FILE = re.compile(r"`((?:app|templates|docs|migrations|requirements|tests)/[\w/.-]+|Dockerfile|pyproject\.toml)`")
SECTION = re.compile(r"\[protection\]\(protection\.md#([\w-]+)\)")
LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the table."""

    number: str
    level: str
    words: str
    state: str
    proof: str


def expected() -> dict[str, str]:
    """The level of each item of levels 1 and 2."""
    return {
        f"{section}.{place}": level
        for section, levels in LEVELS.items()
        for place, level in enumerate(levels, 1)
        if level in "12"
    }


def rows(text: str) -> list[Item]:
    """The rows of the tables of a page."""
    cells = [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in text.splitlines() if re.match(r"\| \d", line)
    ]
    assert all(len(row) == 5 for row in cells), [row for row in cells if len(row) != 5]
    return [Item(*row) for row in cells]


@cache
def defined_in(file: str) -> frozenset[str]:
    """The tests that a file defines; none when there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def _reason(item: Item) -> str:
    """What is said besides tests and places."""
    return " ".join(re.findall(r"[^\W\d_]{2,}", SECTION.sub("", FILE.sub("", TEST.sub("", item.proof)))))


def problems_of(item: Item) -> list[str]:
    """What is wrong with a row."""
    linked = TEST.findall(item.proof)
    places = FILE.findall(item.proof)
    sections = SECTION.findall(item.proof)
    missing = [f"there is no {file}::{test}" for file, test in linked if item.state != "pending" and test not in defined_in(file)]
    missing += [f"there is no {place}" for place in places if not (ROOT / place).exists()]
    known = {re.sub(r"\W+", "-", line[3:].lower()) for line in _protection().splitlines() if line.startswith("## ")}
    missing += [f"docs/protection.md has no section {name}" for name in sections if name not in known]
    enough = {
        "held": bool(linked or ((places or sections) and (len(_reason(item).split()) >= LEAST_WORDS or (places and sections)))),
        "n/a": len(_reason(item).split()) >= LEAST_WORDS,
        "open": "missing: " in item.proof,
        "pending": PENDING_ALLOWED and bool(item.proof),
    }
    if not enough.get(item.state, False):
        missing.append(f"{item.state}: neither a test nor a reason with its place")
    if not 2 <= len(item.words.split()) <= 15:
        missing.append("say in 2 to 15 words what is asked for")
    return [f"{item.number}: {one}" for one in missing]


@cache
def _protection() -> str:
    return (ROOT / "docs" / "protection.md").read_text(encoding="utf-8")


def test_the_list_of_levels_is_that_of_version_5() -> None:
    counted = list(expected().values())
    assert (counted.count("1"), counted.count("2"), len(counted)) == (70, 183, 253)


def test_every_item_stands_in_the_table_once_with_its_level() -> None:
    found = [(item.number, item.level) for item in rows(TABLE.read_text(encoding="utf-8"))]
    assert len(found) == len(set(found))
    assert dict(found) == expected()
    assert [number for number, _level in found] == list(expected())


def test_every_item_is_shown_by_something_that_exists() -> None:
    wrong = [problem for item in rows(TABLE.read_text(encoding="utf-8")) for problem in problems_of(item)]
    assert not wrong, "\n".join(wrong)


def test_few_items_are_open_and_each_is_told() -> None:
    items = rows(TABLE.read_text(encoding="utf-8"))
    for state in ("open", "pending"):
        told = [f"{item.number} {item.words}: {item.proof}" for item in items if item.state == state]
        if told:
            warnings.warn(f"ASVS, {state} ({len(told)}):\n" + "\n".join(told), stacklevel=1)
    assert sum(item.state == "open" for item in items) <= MOST_OPEN


GOOD = Item("1.2.4", "1", "Queries have parameters", "held", "`tests/test_asvs.py::test_a_planted_fault_is_found`")


@pytest.mark.parametrize(
    ("state", "proof"),
    [
        ("held", ""),
        ("held", "because we say so and it is well known"),
        ("held", "`app/db.py`"),
        ("held", "`tests/test_asvs.py::test_that_nobody_wrote`"),
        ("held", "`tests/test_nowhere.py::test_a_planted_fault_is_found`"),
        ("held", "constants only, see `app/nowhere.py`"),
        ("held", "[protection](protection.md#nowhere); `app/db.py`"),
        ("n/a", "no"),
        ("open", "later"),
        ("pending", ""),
        ("perhaps", "`tests/test_asvs.py::test_a_planted_fault_is_found`"),
    ],
)
def test_a_planted_fault_is_found(state: str, proof: str) -> None:
    assert problems_of(GOOD) == []
    assert problems_of(Item(GOOD.number, GOOD.level, GOOD.words, state, proof))


def test_a_planted_row_and_a_missing_one_are_found() -> None:
    text = TABLE.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("| 6.2.9 "))
    for changed in (
        text.replace(line + "\n", ""),
        text.replace(line, f"{line}\n{line}"),
        text.replace(line, line.replace("| 2 |", "| 1 |")),
    ):
        found = [(item.number, item.level) for item in rows(changed)]
        assert sorted(found) != sorted(expected().items())
