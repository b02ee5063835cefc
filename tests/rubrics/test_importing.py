"""Rubrics of one's own from workbooks, CSV, YAML and CISO Assistant libraries: what fits is taken, what is wrong has its cell."""

import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from ruamel.yaml import YAML

from app.errors import Finding, Invalid
from app.rubrics import registry
from app.rubrics.importing.bring import Brought, bring
from app.rubrics.importing.columns import known_columns
from app.rubrics.importing.writing import as_yaml, skeleton, template

DAY = "2026-11-24"
ABOUT = {"id": "our-own", "title_en": "Our own rubric", "publisher": "Sample agency", "wording_en": "Sample data, our own words."}
ROW = {
    "standard_number": "1",
    "standard_title_en": "Agreements",
    "code": "1.a",
    "question_en": "Is there a signed agreement for each programme?",
    "guidance_en": "Look at the dates of the signatures.",
    "mandatory": "yes",
    "why_mandatory_en": "Without it nothing holds.",
    "minimum": 3,
    "weight": 1.5,
    "evidence_kinds": "agreement, register",
}
LEVELS = [
    "Nobody can show any agreement at all.",
    "An agreement for one programme lies in a drawer somewhere.",
    "A rule asks for signatures before anybody enrols abroad.",
    "Dates of last year show every signature before enrolment.",
    "Late signatures were counted twice and the routine was changed.",
]


def _workbook(rows: list[dict[str, Any]], about: dict[str, Any] | None = None, more: dict[str, Any] | None = None) -> bytes:
    """The template, filled."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    head, criteria = book["Rubric"], book["Criteria"]
    values = {**ABOUT, **(about or {})}
    for cells in head.iter_rows(min_col=1, max_col=2):
        if str(cells[0].value) in values:
            cells[1].value = values[str(cells[0].value)]
    names = known_columns() + list(more or {})
    for column, name in enumerate(names, 1):
        criteria.cell(1, column, name)
    for number, row in enumerate(rows, 2):
        for name, value in {**row, **(more or {})}.items():
            criteria.cell(number, names.index(name) + 1, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bring(content: bytes, name: str = "own.xlsx") -> Brought:
    return bring(content, name, registry.home(), day=DAY)


def _wrong(content: bytes, name: str = "own.xlsx") -> list[Finding]:
    with pytest.raises(Invalid) as refused:
        _bring(content, name)
    return list(refused.value.findings)


def test_a_filled_template_becomes_a_rubric_with_everything_its_row_says() -> None:
    texts = {f"level_{number}_en": text for number, text in enumerate(LEVELS)}
    second = {"standard_number": "1", "code": "1.b", "question_en": "Does a register show every agreement with its owner?"}
    rubric = _bring(_workbook([{**ROW, **texts}, second])).rubric
    assert (rubric.id, rubric.edition, rubric.languages, len(rubric.standards)) == ("our-own", "1", ("en",), 1)
    first, other = rubric.criteria()
    assert (first.code, first.mandatory, first.minimum, float(first.weight)) == ("1.a", True, 3, 1.5)
    assert [level["en"] for level in first.levels] == LEVELS
    assert [one.kind for one in first.evidence] == ["agreement", "register"]
    assert not first.generic_levels
    assert other.generic_levels
    assert [set(level) for level in other.levels] == [{"en"}] * 5


def test_the_rubric_that_was_written_reads_back_the_same() -> None:
    rubric = _bring(_workbook([ROW])).rubric
    assert _bring(as_yaml(rubric).encode(), "own.yaml").rubric == rubric


def test_three_languages_are_kept_apart() -> None:
    row = {**ROW, "question_kk": "Әр бағдарламаға қол қойылған келісім бар ма?", "question_ru": "Есть ли подписанное соглашение?"}
    row |= {"standard_title_kk": "Келісімдер", "standard_title_ru": "Соглашения"}
    row |= {"guidance_kk": "Қол қойылған күндерді қараңыз.", "guidance_ru": "Посмотрите даты подписей."}
    row |= {"why_mandatory_kk": "Онсыз ештеңе ұсталмайды.", "why_mandatory_ru": "Без него ничего не держится."}
    about = {"title_kk": "Өз жиынтығымыз", "title_ru": "Наш набор", "wording_kk": "Үлгі деректер.", "wording_ru": "Образец."}
    rubric = _bring(_workbook([row], about)).rubric
    assert rubric.languages == ("en", "kk", "ru")
    assert next(rubric.criteria()).question["kk"].startswith("Әр бағдарламаға")


@pytest.mark.parametrize(
    ("change", "cell", "told"),
    [
        ({"mandatory": "perhaps"}, "mandatory", "“perhaps” is neither yes nor no"),
        ({"minimum": "many"}, "minimum", "“many” is not a number"),
        ({"minimum": 7}, "minimum", "the number is too large"),
        ({"weight": 0}, "weight", "a weight must be a number above 0"),
        ({"confidence": "sure"}, "confidence", "this value is not allowed here"),
        ({"evidence_kinds": "agreement, polcy"}, "evidence_kinds", "unknown kind of evidence “polcy”"),
        ({"code": "1 a", "id": "no spaces here"}, "id", "letters that are not allowed"),
        ({"question_en": "Long " * 80}, "question_en", "at most 320 fit"),
        ({"level_2_en": LEVELS[2]}, "level_0_en", "the descriptor of level 0 is missing"),
        ({"question_en": "A\u0000B".replace("\u0000", "\u200b") * 1, "why_mandatory_en": ""}, "code", "without a reason"),
    ],
)
def test_a_fault_is_told_with_sheet_row_and_column(change: dict[str, Any], cell: str, told: str) -> None:
    findings = [one for one in _wrong(_workbook([{**ROW, **change}])) if told in one.problem]
    assert findings
    assert findings[0].file == "own.xlsx, Criteria"
    assert findings[0].line == 2
    if cell != "code":
        assert findings[0].column == known_columns().index(cell) + 1


def test_every_fault_of_a_workbook_is_told_at_once() -> None:
    faults = _wrong(_workbook([{**ROW, "mandatory": "perhaps"}, {**ROW, "code": "1.b", "minimum": "many"}]))
    assert {one.line for one in faults} == {2, 3}


def test_an_unknown_column_is_named_with_what_was_perhaps_meant() -> None:
    (fault,) = _wrong(_workbook([ROW], more={"qestion_kk": "x"}))
    assert (fault.line, fault.column) == (1, len(known_columns()) + 1)
    assert "did you mean “question_kk”" in fault.remedy


def test_a_rubric_may_not_take_the_name_of_one_of_ours() -> None:
    assert any("a rubric of Sapa has this name" in one.problem for one in _wrong(_workbook([ROW], {"id": "esg-2015"})))


def test_two_criteria_of_one_code_are_refused() -> None:
    assert any("stands here twice" in one.problem for one in _wrong(_workbook([ROW, ROW])))


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "own.xlsx", "not a workbook"),
        (b"PK\x03\x04 broken", "own.xlsx", "not a workbook"),
        (_bomb(), "own.xlsx", "unfolds to more"),
        (_workbook([]), "own.xlsx", "there is no criterion"),
        (b"\xff\xfe\x00", "own.csv", "not UTF-8"),
        (b'code;"question_en\n1;x', "own.csv", "not a CSV file"),
        (b"", "own.csv", "there is no criterion"),
        (b"a: 1\n", "own.yaml", "neither a rubric nor a CISO Assistant library"),
        (b"x", "own.docx", "a file of this kind is not read"),
        (b"format: sapa-rubric/1\nstandards: [other.yaml]\n", "own.yaml", "a standard in a file of its own"),
        (b"format: sapa-rubric/1\nextends: esg-2015@1\n", "own.yaml", "an edition that extends another"),
    ],
    ids=["empty", "broken", "bomb", "no rows", "not text", "quotes", "empty csv", "other yaml", "kind", "apart", "extends"],
)
def test_a_file_that_is_none_is_refused_with_words(content: bytes, name: str, told: str) -> None:
    assert any(told in one.problem for one in _wrong(content, name))


def test_a_formula_counts_as_the_value_saved_with_it_and_is_never_calculated() -> None:
    assert any("there is no question" in one.problem for one in _wrong(_workbook([{"code": "1.a", "question_en": "=1+1"}])))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_with_its_head_and_any_usual_delimiter(delimiter: str) -> None:
    head = [["#id", "our-own"], ["#edition", "2"], ["#title_en", "Our own"], ["#publisher", "We"], ["#year", "2026"]]
    head += [["#status", "in_force"], ["#checked", DAY], ["#wording_en", "Our own words"], []]
    body = [list(ROW), [f'"{value}"' for value in ROW.values()]]
    text = "\n".join(delimiter.join(str(one) for one in line) for line in (*head, *body))
    rubric = _bring(text.encode(), "own.csv").rubric
    assert (rubric.edition, rubric.of.title["en"], next(rubric.criteria()).code) == ("2", "Our own", "1.a")


def test_the_skeleton_of_a_new_rubric_passes_the_check() -> None:
    rubric = _bring(skeleton("mine", DAY).encode(), "mine.yaml").rubric
    assert (rubric.id, rubric.languages) == ("mine", ("en", "kk", "ru"))


def _ciso(**changes: Any) -> bytes:
    nodes: list[dict[str, Any]] = [
        {"urn": "u:1", "assessable": False, "depth": 1, "ref_id": "A", "name": "Governance", "description": "How it is led"},
        {"urn": "u:2", "assessable": False, "depth": 2, "parent_urn": "u:1", "ref_id": "A.1", "name": "Policy"},
        {"urn": "u:3", "assessable": True, "depth": 3, "parent_urn": "u:2", "ref_id": "A.1.1", "name": "Approved policy"},
        {"urn": "u:4", "assessable": True, "depth": 3, "parent_urn": "u:2", "ref_id": "A.1.2", "name": "Review",
         "description": "The policy is reviewed each year.", "typical_evidence": "Minutes"},
        {"urn": "u:5", "assessable": True, "depth": 1, "ref_id": "B", "name": "Alone", "description": "Stands alone. " * 90},
    ]  # fmt: skip
    framework = {"urn": "u:f", "ref_id": "Sample Framework 1.0", "name": "Sample framework", "requirement_nodes": nodes}
    framework |= {"scores_definition": [{"score": 1}], "implementation_groups_definition": [{"ref_id": "IG1"}], **changes}
    library = {
        "urn": "u",
        "locale": "en",
        "ref_id": "sample",
        "provider": "Sample",
        "version": 1,
        "publication_date": "2024-05-01",
    }
    data = {**library, "objects": {"framework": framework, "threats": [{"urn": "t"}]}}
    out = io.StringIO()
    YAML().dump(data, out)
    return out.getvalue().encode()


def test_a_ciso_assistant_framework_keeps_its_tree_and_says_what_was_left_behind() -> None:
    brought = _bring(_ciso(), "sample.yaml")
    rubric = brought.rubric
    assert (rubric.id, rubric.of.publisher, rubric.of.year) == ("Sample-Framework-1.0", "Sample", 2024)
    assert [(one.number, len(one.criteria)) for one in rubric.standards] == [("A", 2), ("B", 1)]
    assert all(one.generic_levels and not one.evidence for one in rubric.criteria())
    told = " ".join(brought.notes)
    left = ["3 requirements became criteria", "general ones are used", "scale of scores", "implementation groups"]
    left += ["Not carried: threats", "Typical evidence of 1 requirement", "Texts that were too long are cut, marked with …: B"]
    for words in left:
        assert words in told


def test_a_ciso_library_in_a_language_of_ours_brings_its_translation_along() -> None:
    nodes = [{"urn": "u:1", "assessable": True, "ref_id": "1", "name": "Rule", "description": "There is a rule.",
              "translations": {"ru": {"name": "Правило", "description": "Есть правило."}}}]  # fmt: skip
    rubric = _bring(_ciso(requirement_nodes=nodes), "sample.yaml").rubric
    assert rubric.languages == ("en", "ru")
    assert next(rubric.criteria()).question["ru"] == "Правило"


def test_an_annotation_is_guidance_and_a_description_is_not_said_twice() -> None:
    nodes = [
        {"urn": "u:1", "assessable": True, "ref_id": "1", "description": "Assets are listed.", "annotation": "Phones too."},
        {
            "urn": "u:2",
            "assessable": True,
            "ref_id": "2",
            "name": "Lists",
            "description": "They are kept.",
            "annotation": "Daily.",
        },
    ]
    first, second = _bring(_ciso(requirement_nodes=nodes), "sample.yaml").rubric.criteria()
    assert (first.question["en"], first.guidance["en"]) == ("Assets are listed.", "Phones too.")
    assert (second.question["en"], second.guidance["en"]) == ("Lists", "They are kept. Daily.")


def test_a_library_with_a_list_of_frameworks_is_read_and_the_others_are_told_of() -> None:
    data = YAML(typ="safe", pure=True).load(_ciso())
    framework = data["objects"].pop("framework")
    data["objects"]["frameworks"] = [framework, framework]
    brought = _bring(json.dumps(data, default=str).encode(), "sample.json")
    assert len(brought.rubric.by_id) == 3
    assert "The library has several frameworks: the first is carried." in brought.notes


def test_a_circle_of_parents_ends() -> None:
    nodes = [
        {"urn": "u:1", "assessable": True, "ref_id": "1", "parent_urn": "u:2", "name": "One and only rule"},
        {"urn": "u:2", "assessable": False, "ref_id": "2", "parent_urn": "u:1", "name": "Two"},
    ]
    assert len(_bring(_ciso(requirement_nodes=nodes), "sample.yaml").rubric.by_id) == 1


def test_a_ciso_library_that_speaks_none_of_our_languages_is_refused() -> None:
    french = _ciso().replace(b"locale: en", b"locale: fr")
    assert any("speaks “fr”" in one.problem for one in _wrong(french, "sample.yaml"))
