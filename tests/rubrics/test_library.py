"""The library that comes with Sapa: that all of it is there, and that it keeps what its pages promise."""

import json
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from app.rubrics import loader, registry
from app.rubrics.check import check_paths
from app.rubrics.loader import HOME, library_files, read_file
from app.rubrics.model import Criterion, Nature
from app.rubrics.registry import load_all
from app.rubrics.strict_yaml import Document

LIBRARY = registry.home()
CRITERIA = [
    pytest.param(criterion, id=f"{rubric.id}:{criterion.id}")
    for rubric in LIBRARY.rubrics.values()
    for criterion in rubric.criteria()
]


def _sapa(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "app.cli", *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_the_whole_library_is_free_of_findings() -> None:
    assert check_paths([]) >= 7


@pytest.mark.parametrize(
    ("rubric", "standards", "criteria", "mandatory"),
    [
        ("esg-2015", 10, 78, 32),
        ("esg-2027-draft3", 9, 78, 32),
        ("double-degree", 10, 45, 28),
        ("iso-9001-2015", 7, 62, 11),
        ("iso-9001-2026", 7, 62, 11),
        ("iso-9001-2026-changed", 7, 11, 1),
    ],
)
def test_each_rubric_has_its_standards_and_criteria(rubric: str, standards: int, criteria: int, mandatory: int) -> None:
    (one,) = (found for found in LIBRARY.rubrics.values() if found.id == rubric)
    listed = list(one.criteria())
    assert (len(one.standards), len(listed), sum(c.mandatory for c in listed)) == (standards, criteria, mandatory)


def test_every_standard_of_esg_has_six_to_nine_criteria() -> None:
    assert {6 <= len(standard.criteria) <= 9 for standard in LIBRARY.rubrics["esg-2015@1"].standards} == {True}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_criterion_can_be_judged_by_a_stranger(criterion: Criterion) -> None:
    assert criterion.question["en"].endswith("?")
    assert all(8 <= len(re.findall(r"[\w'’-]+", level["en"])) <= 45 for level in criterion.levels)
    assert len({level["en"] for level in criterion.levels}) == 5
    natures = {LIBRARY.natures()[one.kind] for one in criterion.evidence}
    assert natures == set(Nature), "level 4 needs a result and a document or a record"
    assert (criterion.why_mandatory is not None) == criterion.mandatory


def test_every_double_degree_criterion_is_traced_to_the_paper_and_to_an_international_source() -> None:
    for criterion in LIBRARY.rubrics["double-degree@1"].criteria():
        refs = [one.ref for one in criterion.basis]
        assert any(re.fullmatch(r"paper: S\d+", ref) for ref in refs), criterion.id
        assert any(ref.startswith(("European Approach", "Lisbon Recognition", "ECTS Users' Guide")) for ref in refs), criterion.id


def test_what_may_be_excluded_is_what_the_standards_allow() -> None:
    assert not any(criterion.excludable for criterion in LIBRARY.rubrics["esg-2015@1"].criteria())
    answered_before_a_start = {c.id for c in LIBRARY.rubrics["double-degree@1"].criteria() if not c.excludable}
    first_two = {c.id for s in LIBRARY.rubrics["double-degree@1"].standards[:2] for c in s.criteria}
    assert answered_before_a_start == first_two | {"staff.training", "resilience.risks"}


def test_the_crosswalk_holds_every_element_and_speaks_of_every_criterion_of_esg() -> None:
    (crosswalk,) = LIBRARY.crosswalks_among(["iso-9001-2015", "esg-2015"])
    elements = set(chain.from_iterable(entry.element.split(", ") for entry in crosswalk.entries if entry.element))
    assert len(elements) == 39
    assert {entry.target for entry in crosswalk.entries} == {c.id for c in LIBRARY.rubrics["esg-2015@1"].criteria()}


def test_the_list_for_programs_is_the_list_for_people() -> None:
    shown = json.loads(_sapa("rubric", "list", "--json").stdout)
    text = _sapa("rubric", "list").stdout
    counts = {one["id"]: one["criteria"] for one in shown}
    editions = {"esg-2015": 78, "esg-2027-draft3": 78, "iso-9001-2015": 62, "iso-9001-2026": 62, "iso-9001-2026-changed": 11}
    assert counts == {"double-degree": 45, **editions}
    assert all(one["digest"] in text for one in shown)


def test_the_export_is_one_canonical_text_of_everything() -> None:
    text = _sapa("library", "export").stdout
    exported: dict[str, Any] = json.loads(text)
    assert sorted(exported) == ["crosswalks", "kinds", "profiles", "rubrics", "scales"]
    assert text == _sapa("library", "export").stdout
    assert [len(one["standards"]) for one in exported["rubrics"]] == [10, 10, 9, 7, 7, 7]
    assert exported["rubrics"][1]["standards"][0]["criteria"][0]["levels"][0]["en"].startswith("No text on quality")


def test_the_schema_describes_the_format_for_editors() -> None:
    schema = json.loads(_sapa("rubric", "schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"id", "edition", "standards"} <= set(schema["required"])


def test_each_file_of_the_library_is_read_once_for_all_its_editions(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def noted(path: Path, shown: str | None = None) -> Document:
        read.append(path.resolve())
        return read_file(path, shown)

    monkeypatch.setattr(loader, "read_file", noted)
    assert load_all(library_files(HOME))
    assert len(read) == len(set(read)) > 50
