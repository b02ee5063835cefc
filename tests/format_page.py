"""docs/rubric-format.md, made from the models: `python -m tests.format_page` renews it; a test compares.

Keys, types, limits and defaults come from the models; what each means stands here, and no key may be without it.
"""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.rubrics.crosswalk import Crosswalk, CrosswalkBasis, CrosswalkEntry
from app.rubrics.importing.columns import known_columns, known_head
from app.rubrics.model import (
    Band,
    Basis,
    Component,
    Criterion,
    ExpectedEvidence,
    Kind,
    Kinds,
    Profile,
    Rubric,
    Scale,
    Source,
    Standard,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rubric-format.md"
MEANING: dict[type[BaseModel], dict[str, str]] = {
    Rubric: {
        "format": "names the format",
        "id": "stable name, never a number that may change",
        "edition": "text, in quotes",
        "languages": "the languages in which every text of the file stands",
        "of": "the standard that is worded",
        "extends": "`id@edition` of the edition that this one changes; see below",
        "changes": "title of a rubric of only what changed in substance; without it none is made",
        "standards": "standards, or names of their files beside `rubric.yaml`",
    },
    Source: {
        "title": "as people see it",
        "publisher": "whose standard it is",
        "year": "of the standard",
        "status": "a draft is called a draft on every page and in every report",
        "url": "where it can be found",
        "checked": "the day somebody last compared it with its source",
        "wording": "whose words the rubric uses",
    },
    Standard: {
        "id": "stable across editions",
        "number": "as the standard prints it, in quotes; may change between editions",
        "title": "as people see it",
        "intent": "what the standard is for",
        "weight": "in the score of the rubric",
        "criteria": "what is asked",
    },
    Criterion: {
        "id": "stable across editions, unique in the rubric",
        "code": "as people see it, in quotes",
        "question": "what is asked",
        "guidance": "how to judge it, and when a panel refuses",
        "basis": "where it comes from",
        "mandatory": "below its minimum it blocks readiness and caps the band",
        "why_mandatory": "what failing it puts at risk; needed when mandatory",
        "minimum": "least level of a mandatory criterion",
        "excludable": "may be declared not applicable",
        "weight": "in the score of the standard",
        "levels": "what is seen at the levels 0 to 4, 10 to 40 words each",
        "generic_levels": "the descriptors are the general ones; pages say so",
        "evidence": "what usually proves it",
        "change": "only where `extends` is: what became of it",
        "from": "only where `extends` is: the criteria of the base that it continues",
    },
    Basis: {"ref": "the source", "confidence": "seen at the source, second-hand, or own analysis"},
    ExpectedEvidence: {"kind": "a kind of `kinds.yaml`", "note": "what it is here"},
    Crosswalk: {
        "format": "names the format",
        "languages": "as above",
        "source": "id of the rubric whose evidence serves",
        "target": "id of the rubric that is served",
        "basis": "whose analysis it is",
        "entries": "in a published library one for every criterion of the target",
    },
    CrosswalkBasis: {"ref": "whose analysis", "reviewed_by": "who reviewed it from outside; null says so wherever it is shown"},
    CrosswalkEntry: {
        "target": "id of a criterion",
        "sources": "ids of the criteria that serve it together",
        "strength": "full counts 1, partial 1/2, none 0 and has no sources",
        "residual": "what remains to be shown",
        "element": "the row of the analysis it comes from",
    },
    Scale: {
        "format": "names the format",
        "id": "stable name",
        "languages": "as above",
        "title": "as people see it",
        "indicative_of": "whose labels they are; null for ours",
        "verified": "false: the labels were not found in a source, and are shown only on request",
        "boundary": "the band of a value that equals `from`: the one above, or the one below as in ISO/IEC 33020",
        "cap_when_mandatory_fails": "the highest band while a mandatory criterion fails",
        "bands": "lowest first, the first from 0",
    },
    Band: {"id": "stable name", "from": "percent", "label": "as people see it"},
    Profile: {
        "format": "names the format",
        "id": "stable name",
        "languages": "as above",
        "title": "as people see it",
        "components": "the rubrics that count",
        "target": "level aimed at where an assessment states none",
        "scale": "id of a scale",
        "ready_from": "least lower end of the index for “ready”",
        "conditional_from": "least lower end for “ready with conditions”",
    },
    Component: {"rubric": "an id, or a list of which the first that is assessed counts", "weight": "in the index"},
    Kinds: {"format": "names the format", "languages": "as above", "kinds": "the controlled list"},
    Kind: {"id": "stable name", "nature": "what it can prove", "label": "as people see it"},
}
HEADINGS = {
    Rubric: "Rubric", Source: "`of`", Standard: "Standard", Criterion: "Criterion", Basis: "`basis`",
    ExpectedEvidence: "`evidence`",
    Crosswalk: "Crosswalk, `crosswalks/SOURCE--TARGET.yaml`", CrosswalkBasis: "`basis` of a crosswalk", CrosswalkEntry: "Entry",
    Scale: "Scale, `scales/ID.yaml`", Band: "Band", Profile: "Profile, `profiles/ID.yaml`", Component: "Component",
    Kinds: "Kinds of evidence, `kinds.yaml`", Kind: "Kind",
}  # fmt: skip
INTRODUCTION = """# The rubric format

This page is made from the models by `python -m tests.format_page`; a test compares it with them.

One folder, `rubrics/<id>/<edition>/`, is one edition of one rubric: `rubric.yaml` and one file for each standard. A rubric of
your own may be one file with the standards inline: `sapa rubric new ID --out FILE` writes one to begin with. `sapa rubric
check PATH` checks it, `sapa rubric schema` prints a JSON Schema for your editor, `sapa rubric print ID --lang kk --out X.pdf`
prints it.

YAML is read strictly: no aliases, anchors, tags, second documents or duplicate keys, at most 20 levels and 1 MB. `1.10` is a
number and `"1.10"` a text; where text is meant, quotes are needed. A *text* is a mapping from `en`, `kk`, `ru` to words, with
exactly the languages the file declares.

The check also refuses: near copies of descriptors, unknown ids, a mandatory criterion without a reason, texts that are too long,
repeat another language, mix alphabets, miss Kazakh letters, break the glossary, or are less than half or more than twice as
long as the English one. A library with a `rubrics.lock` beside it is published: it speaks all three languages, its crosswalks
leave no criterion out, and its digests do not change.
"""
EXTENDING = """## An edition that extends another

`extends: id@edition` makes a rubric of which only the differences are stated. Under `standards` stand, in the new order,
`{keep: ID}` for a standard that stays as it is, and standards that state what differs:

| Key | Meaning |
|---|---|
| `order` | ids of all criteria of the standard, from any standard of the base |
| `criteria` | only those that are new or changed; what a criterion leaves out is as in the base |
| `levels` | may be a mapping from `"0"` to `"4"` with only the changed descriptors |
| `change`, `from` | what became of the criterion, and which criteria of the base it continues |
| `remove` | beside `standards`: criteria of the base that end here |

An answer moves with its criterion. It is to be confirmed where the criterion was reworded, extended or merged (a merge takes the
lowest level); what is new, or the second half of a split, is left open. Evidence always follows.

## A rubric as a table

`sapa rubric template --out FILE.xlsx` writes a workbook: the sheet “Rubric” holds keys and values, the sheet “Criteria” one row
for each criterion. A CSV file has the same columns; lines such as `#id;my-rubric` stand above them. `sapa rubric import FILE
--out FILE.yaml` reads both, our YAML, and libraries of CISO Assistant; what cannot be carried over is said.
"""


def page() -> str:
    """The whole page."""
    tables = [_table(model) for model in MEANING]
    columns = "Keys of “Rubric”: " + ", ".join(f"`{name}`" for name in known_head()) + ".\n\n"
    columns += "Columns of “Criteria”: " + ", ".join(f"`{name}`" for name in known_columns()) + "."
    return "\n".join([INTRODUCTION, *tables, EXTENDING, columns]) + "\n"


def _table(model: type[BaseModel]) -> str:
    lines = [f"## {HEADINGS[model]}", "", "| Key | Value | When left out | Meaning |", "|---|---|---|---|"]
    schema = model.model_json_schema(by_alias=True)
    for name, told in schema["properties"].items():
        needed = "needed" if name in schema.get("required", ()) else _default(told)
        lines.append(f"| `{name}` | {_kind(told, schema.get('$defs', {}))} | {needed} | {MEANING[model].get(name, '')} |")
    return "\n".join([*lines, ""])


def _default(told: dict[str, Any]) -> str:
    value = told.get("default")
    return "–" if value is None or value in ([], {}) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


PLAIN = {"array": "list", "boolean": "true or false", "null": "null", "number": "number above 0", "string": "word"}


def _kind(told: dict[str, Any], known: dict[str, Any]) -> str:
    """What may stand there, in words, from JSON Schema."""
    if "$ref" in told:
        return _kind(known[told["$ref"].rpartition("/")[2]], known)
    if "anyOf" in told:
        words = list(dict.fromkeys(_kind(one, known) for one in told["anyOf"]))
        return PLAIN["number"] if PLAIN["number"] in words else " or ".join(words)
    listed = [told["const"]] if "const" in told else told.get("enum")
    return " or ".join(f"`{one}`" for one in listed) if listed else _of_type(told)


def _of_type(told: dict[str, Any]) -> str:
    kind = str(told.get("type"))
    if kind == "object":
        return "mapping" if "properties" in told else "text"
    if kind == "integer":
        return f"whole number, {told['minimum']} to {told['maximum']}"
    return "year-month-day" if told.get("format") == "date" else PLAIN[kind]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
