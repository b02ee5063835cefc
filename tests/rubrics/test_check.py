"""What `sapa rubric check` finds. Each fault is planted into a copy of the real library; it is told with its line."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import Finding, Invalid
from app.rubrics.check import check_paths
from app.rubrics.loader import HOME

ESG = "esg-2015/1/1.1-policy.yaml"
HEAD = "esg-2015/1/rubric.yaml"
CROSSWALK = "crosswalks/iso-9001-2015--esg-2015.yaml"
PROFILE = "profiles/double-degree-readiness.yaml"
SCALE = "scales/sapa-bands.yaml"
TITLE = "Policy for quality assurance"
LONG = "word " * 300


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the rubrics, to be damaged."""
    shutil.copytree(HOME, tmp_path / "rubrics")
    return tmp_path / "rubrics"


def _plant(copy: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old` in the file; returns the line where it stood."""
    file = copy / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def _findings(path: Path) -> list[Finding]:
    with pytest.raises(Invalid) as refused:
        check_paths([path])
    return list(refused.value.findings)


FAULTS = [
    (ESG, "id: policy.public", "id: policy.approved", "stands here twice", 0),
    (ESG, 'code: "1.1.b"', 'code: "1.1.a"', "“1.1.a” stands here twice", 0),
    (ESG, "kind: policy\n", "kind: polcy\n", "unknown kind of evidence “polcy”", 0),
    (ESG, "title:\n  en:", "titel:\n  en:", "did you mean “title”", 0),
    (ESG, "weight: 1", "weight: 0", "a weight must be a number above 0", 0),
    (ESG, "minimum: 3", "minimum: 5", "4 is the most", 0),
    (ESG, "mandatory: true", "mandatory: yes", "true or false is needed here", 0),
    (ESG, "confidence: verified", "confidence: sure", "use one of", 0),
    (ESG, 'number: "1.1"', "number: 1.10", "this must be text", 0),
    (ESG, "    levels:\n", "    levels:\n      - {en: A sixth one of what is seen here}\n", "6 descriptors", 0),
    (ESG, "weight: 1\ncriteria:", "weight: &w 1\ncriteria:", "an anchor (&) is not allowed", 0),
    (ESG, "weight: 1\ncriteria:", "weight: !!int 1\ncriteria:", "a tag (!) is not allowed", 0),
    (ESG, "weight: 1\ncriteria:", "weight: 1\nweight: 2\ncriteria:", "the key “weight” stands here twice", 1),
    (ESG, "weight: 1\ncriteria:", "weight: [\ncriteria:", "this is not valid YAML", 2),
    (ESG, f'"{TITLE}"', LONG, "characters, at most 160 fit", 0),
    (ESG, f'  en: "{TITLE}"\n', "", "the text is missing in: en", -1),
    (HEAD, "languages: [en, kk, ru]", "languages: [en, kk]", "a language the file does not declare: ru", None),
    (ESG, f'"{TITLE}"', '"Policy\\u0007"', "control character U+0007", 0),
    (ESG, f'"{TITLE}"', '""', "the text is empty", 0),
    (HEAD, "extends: null", "extends: esg-2009@1", "the edition that is extended is not there", 0),
    (HEAD, "1.1-policy.yaml", "../../kinds.yaml", "must lie beside rubric.yaml", 0),
    (HEAD, "1.1-policy.yaml", "absent.yaml", "the file cannot be read", None),
    (HEAD, "checked: 2026-11-22", "checked: 2026-02-30", "this is not a date", 0),
    (HEAD, "format: sapa-rubric/1", "format: sapa-rubric/2", "unknown format", 0),
    (HEAD, 'edition: "1"', "edition: 1", "this must be text", 0),
    (CROSSWALK, "target: policy.approved", "target: policy.aproved", "unknown criterion “policy.aproved” of esg-2015", 0),
    (CROSSWALK, 'sources: ["5.2.1"]', 'sources: ["5.2.9"]', "unknown criterion “5.2.9” of iso-9001-2015", 0),
    (CROSSWALK, "strength: full", "strength: none", "contradict each other", -2),
    (CROSSWALK, "target: esg-2015", "target: esg-2016", "unknown rubric “esg-2016”", 0),
    (PROFILE, "rubric: double-degree", "rubric: triple-degree", "unknown rubric “triple-degree”", 0),
    (PROFILE, "conditional_from: 55", "conditional_from: 76", "conditional_from is above ready_from", 0),
    (PROFILE, "scale: ", "scale: no-", "unknown scale", 0),
    (SCALE, "from: 25", "from: 55", "the bands do not rise from 0", None),
    (SCALE, "cap_when_mandatory_fails: ", "cap_when_mandatory_fails: un", "this is not one of the bands", 0),
    (CROSSWALK, "languages: [en, kk, ru]", "languages: [en, ru]", "a published library speaks every language; missing: kk", 0),
    (CROSSWALK, "- target: policy.public\n", "- target: policy.approved\n", "criteria without an entry: policy.public", None),
    ("kinds.yaml", "id: regulation", "id: policy", "“policy” stands here twice", 0),
    ("kinds.yaml", "nature: document", "nature: paper", "use one of", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "told", "offset"), FAULTS, ids=[f"{f[0][:12]} {f[3][:40]}" for f in FAULTS])
def test_a_fault_is_told_with_its_file_and_line(copy: Path, name: str, old: str, new: str, told: str, offset: int | None) -> None:
    line = _plant(copy, name, old, new)
    findings = _findings(copy)
    fitting = [one for one in findings if told in f"{one.problem} - {one.remedy}"]
    assert fitting, [str(one) for one in findings]
    if offset is not None:
        assert fitting[0].file.endswith(name)
        assert fitting[0].line == line + offset, str(fitting[0])
        assert fitting[0].column > 0


def test_two_criteria_that_say_the_same_are_near_copies(copy: Path) -> None:
    file = copy / ESG
    text = file.read_text(encoding="utf-8")
    first, second = text.split("    levels:\n")[1:3]
    texts, others = first.split("    evidence:")[0], second.split("    evidence:")[0]
    file.write_text(text.replace(others, texts.replace("policy", "strategy")), encoding="utf-8")
    told = {one.problem for one in _findings(copy)}
    assert told == {f"the descriptors nearly copy those of policy.approved ({language})" for language in ("en", "kk", "ru")}


def test_a_text_that_repeats_another_language_is_found(copy: Path) -> None:
    _plant(
        copy,
        "kinds.yaml",
        'ru: "Приказ (назначение, зачисление, признание)"',
        'ru: "Order (appointment, enrolment, recognition)"',
    )
    assert "the text in en repeats the one in ru" in [one.problem for one in _findings(copy)]


def test_all_faults_of_all_files_are_told_at_once(copy: Path) -> None:
    _plant(copy, ESG, "kind: policy\n", "kind: polcy\n")
    _plant(copy, CROSSWALK, "target: policy.approved", "target: policy.aproved")
    _plant(copy, PROFILE, "conditional_from: 55", "conditional_from: 76")
    assert {Path(one.file).name for one in _findings(copy)} == {Path(name).name for name in (ESG, CROSSWALK, PROFILE)}


def _deep(depth: int) -> str:
    return "format: sapa-rubric/1\nid: " + "[" * depth + "]" * depth + "\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (lambda: _deep(300), "nested deeper than"),
        (lambda: "format: sapa-rubric/1\n# " + "x" * 2_000_000, "bytes, at most"),
        (lambda: "a: &a [x]\nb: [*a, *a]\n", "not allowed"),
        (lambda: "- just\n- a list\n", "unknown format"),
        (lambda: "", "unknown format"),
    ],
    ids=["deep", "large", "aliases", "a list", "empty"],
)
def test_a_hostile_file_of_a_user_is_refused_with_words(tmp_path: Path, content: Callable[[], str], told: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(content(), encoding="utf-8")
    assert any(told in one.problem for one in _findings(file))


def test_a_rubric_of_a_user_in_one_file_may_use_our_kinds(tmp_path: Path, copy: Path) -> None:
    head = (copy / HEAD).read_text(encoding="utf-8").split("standards:")[0].replace("id: esg-2015", "id: mine")
    standard = (copy / ESG).read_text(encoding="utf-8")
    body = "\n".join(f"    {line}" if line else "" for line in standard.splitlines())
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"{head}standards:\n  -{body[3:]}\n", encoding="utf-8")
    assert check_paths([mine]) == 1
    mine.write_text(mine.read_text(encoding="utf-8").replace("kind: policy\n", "kind: polcy\n", 1), encoding="utf-8")
    assert "unknown kind" in _findings(mine)[0].problem


def test_the_command_prints_each_problem_on_its_line_and_exits_with_1(copy: Path) -> None:
    line = _plant(copy, ESG, "kind: policy\n", "kind: polcy\n")
    command = [sys.executable, "-m", "app.cli", "rubric", "check", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"1.1-policy.yaml:{line}:" in done.stderr
    assert "criteria.0.evidence.0.kind: unknown kind of evidence “polcy” - use a kind from kinds.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_says_which_path_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "rubric", "check", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "there is no library file here" in done.stderr) == (1, True)
