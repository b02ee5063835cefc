"""Editions that extend another: what is stated, what is the base's, and what was forgotten."""

from pathlib import Path

import pytest

from app.errors import Invalid
from app.rubrics import registry
from app.rubrics.editions import edition_map, successors
from app.rubrics.loader import load
from app.rubrics.model import Change, Rubric

LIBRARY = registry.home()
HEAD = """format: sapa-rubric/1
id: mine
edition: "1"
languages: [{languages}]
of:
  title: {{en: Mine, kk: Менікі, ru: Мой}}
  publisher: Mine
  year: 2026
  status: draft
  checked: 2026-11-22
  wording: {{en: Own words, kk: Өз сөзім, ru: Свои слова}}
extends: double-degree@1
standards:
"""


def _head() -> str:
    languages = LIBRARY.rubrics["double-degree@1"].languages
    text = HEAD.format(languages=", ".join(languages))
    if len(languages) == 1:
        text = text.replace(", kk: Менікі, ru: Мой", "").replace(", kk: Өз сөзім, ru: Свои слова", "")
    return text


def _load(folder: Path, standards: str) -> Rubric:
    file = folder / "rubric.yaml"
    file.write_text(_head() + standards, encoding="utf-8")
    found: Rubric = load(file).value
    return found


KEPT = "".join(f"  - {{keep: {one.id}}}\n" for one in LIBRARY.rubrics["double-degree@1"].standards)


def test_what_is_kept_is_the_base_whole(tmp_path: Path) -> None:
    mine = _load(tmp_path, KEPT)
    base = LIBRARY.rubrics["double-degree@1"]
    assert [one.id for one in mine.criteria()] == [one.id for one in base.criteria()]
    assert {(one.change, one.origin == (one.id,)) for one in mine.criteria()} == {(Change.SAME, True)}
    assert [one.levels for one in mine.criteria()] == [one.levels for one in base.criteria()]


def test_a_stated_criterion_changes_only_what_it_states(tmp_path: Path) -> None:
    changed_plan = "{id: funding, criteria: [{id: funding.plan, change: extended, minimum: 3}]}"
    stated = KEPT.replace("{keep: funding}", changed_plan)
    mine, base = _load(tmp_path, stated), LIBRARY.rubrics["double-degree@1"]
    changed, before = mine.by_id["funding.plan"], base.by_id["funding.plan"]
    assert (changed.change, changed.minimum, changed.origin) == (Change.EXTENDED, 3, ("funding.plan",))
    assert (changed.question, changed.levels) == (before.question, before.levels)
    assert [one.id for one in mine.standard_of["funding.plan"].criteria] == ["funding.plan", "funding.cost", "funding.resources"]


def test_criteria_move_between_standards_and_merge(tmp_path: Path) -> None:
    order = "[funding.plan, funding.resources, support.return]"
    merged = "{id: funding.plan, change: merged, from: [funding.plan, funding.cost]}"
    stated = KEPT.replace("  - {keep: funding}\n", f"  - {{id: funding, order: {order}, criteria: [{merged}]}}\n")
    four = "[support.information, support.coordinators, support.contact, support.complaints]"
    stated = stated.replace("  - {keep: support}\n", f"  - {{id: support, order: {four}}}\n")
    mine = _load(tmp_path, stated)
    assert mine.standard_of["support.return"].id == "funding"
    assert mine.by_id["funding.plan"].origin == ("funding.plan", "funding.cost")
    assert "funding.cost" not in mine.by_id


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{keep: funding}", "{keep: found}", "unknown standard “found”"),
        ("{keep: funding}", "{id: funding, order: [funding.plan, funding.gold]}", "unknown criterion “funding.gold”"),
        ("{keep: funding}", "{id: funding, order: [funding.plan, funding.cost]}", "“funding.resources” of the edition"),
        ("{keep: funding}", "[funding]", "a mapping is needed here"),
        ("  - {keep: funding}\n", "", "“funding.plan” of the edition that is extended is nowhere"),
        ("{keep: funding}", "{id: funding, criteria: [{id: funding.plan, minimum: 9}]}", "the number is too large"),
    ],
)
def test_a_fault_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        _load(tmp_path, KEPT.replace(old, new))
    assert any(told in one.problem and one.line > 0 for one in refused.value.findings), refused.value.findings


def test_a_base_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rubric.yaml"
    for name in ("double-degree@9", "../../etc@1", "double-degree"):
        file.write_text(_head().replace("double-degree@1", name) + KEPT, encoding="utf-8")
        with pytest.raises(Invalid) as refused:
            load(file)
        assert "the edition that is extended is not there" in refused.value.findings[0].problem


def test_iso_9001_2026_changes_what_is_known_to_change() -> None:
    editions = edition_map(LIBRARY, "iso-9001-2015@1", "iso-9001-2026@1")
    changes = {step.criterion.id: step.change.value for step in editions.steps if step.change is not Change.SAME}
    assert changes == {
        "4.2": "extended", "5.1.1": "extended", "6.1.1": "reworded", "6.1.2": "split", "6.1.3": "split", "6.3": "extended",
        "7.1.6": "extended", "7.3": "extended", "8.2.4": "extended", "9.2.2": "extended", "9.3.2": "extended", "10.1": "merged",
    }  # fmt: skip
    assert editions.ended == ()
    assert [step.criterion.id for step in editions.steps if not step.carries_level] == ["6.1.3"]
    assert [one.reference for one in successors(LIBRARY, "iso-9001-2015@1")] == ["iso-9001-2026@1"]


def test_every_changed_criterion_says_how_far_its_wording_was_checked() -> None:
    for one in LIBRARY.rubrics["iso-9001-2026@1"].criteria():
        if one.change is not Change.SAME:
            assert any(basis.ref.startswith("ISO 9001:2026") and basis.confidence == "secondary" for basis in one.basis), one.id


def test_in_the_drafted_esg_the_same_number_means_another_standard() -> None:
    draft, present = LIBRARY.rubrics["esg-2027-draft3@1"], LIBRARY.rubrics["esg-2015@1"]
    assert (present.standards[8].id, draft.standards[8].id) == ("review", "external")
    assert draft.standard_of["review.students"].number == "1.2"
    assert draft.by_id["external.cycle"].code == "1.9.a"
    assert len({one.code for one in draft.criteria()}) == 78
    assert draft.of.status == "draft"
    editions = edition_map(LIBRARY, "esg-2015@1", "esg-2027-draft3@1")
    assert {step.change for step in editions.steps} == {Change.SAME}


def test_a_crosswalk_is_carried_over_to_an_edition_that_extends() -> None:
    (carried,) = LIBRARY.crosswalks_among(["iso-9001-2026", "esg-2027-draft3"])
    entries = {entry.target: entry for entry in carried.entries}
    assert (carried.source, carried.target) == ("iso-9001-2026", "esg-2027-draft3")
    assert entries["policy.review"].sources == ("5.1.1", "7.3", "10.1")
    assert set(entries) == {one.id for one in LIBRARY.rubrics["esg-2027-draft3@1"].criteria()}
    known = set(LIBRARY.rubrics["iso-9001-2026@1"].by_id)
    assert all(set(entry.sources) <= known for entry in carried.entries)
