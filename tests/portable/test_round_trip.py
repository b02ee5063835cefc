"""Writing and reading a portable assessment is the identity, whatever people wrote."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.portable.model import Portable
from app.portable.read import read
from app.portable.write import to_canonical, to_json, to_yaml
from app.rubrics import registry
from tests.factories import EXAMPLES, small

LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t")
TEXTS = st.text(LETTERS, min_size=1, max_size=200)
LINES = st.sampled_from(
    [
        "no",
        "1.10",
        "0777",
        "null",
        "2026-11-01",
        "~",
        "- x",
        "a: b",
        "#",
        "'",
        '"',
        "\\",
        "*a",
        "&a",
        "!x",
        "%",
        "@",
        "`",
        "+.5",
        "1e3",
        "0x1F",
        " lead",
        "trail ",
        "қ ң ө",
        "yes",
        "=",
        "<<",
        "?",
        "|",
        ">",
    ]
)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_survives_both_formats(path: Path) -> None:
    portable = read(path.read_bytes(), str(path), registry.home())
    assert read(to_yaml(portable).encode(), "x.yaml", registry.home()) == portable
    assert read(to_json(portable).encode(), "x.json", registry.home()) == portable
    assert read(to_canonical(portable).encode(), "x.json", registry.home()) == portable


@settings(max_examples=150)
@given(st.one_of(TEXTS, LINES), st.one_of(TEXTS, LINES))
def test_every_text_survives_both_formats(comment: str, title: str) -> None:
    data = small().model_dump(mode="json")
    data["title"] = {"en": title}
    data["answers"]["esg-2015:policy.review"] = {"comment": comment, "level": 1}
    portable = Portable.model_validate(data)
    assert read(to_yaml(portable).encode(), "x.yaml", registry.home()) == portable
    assert read(to_json(portable).encode(), "x.json", registry.home()) == portable


def test_every_finding_of_a_file_is_reported_at_once_in_the_order_of_its_lines() -> None:
    content = b"""format: sapa-assessment/1
title: {en: 5}
institution: {name: {en: x}}
date: soon
profile: p
rubrics: []
colour: red
"""
    with pytest.raises(Invalid) as refused:
        read(content, "a.yaml", registry.home())
    assert [finding.line for finding in refused.value.findings] == [2, 3, 4, 6, 7]
    assert str(refused.value.findings[0]).startswith("a.yaml:2:9: title.en: this must be text")
