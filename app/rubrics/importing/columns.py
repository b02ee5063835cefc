"""A rubric as a table: one row for each criterion. From the rows to a document whose values remember their cells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.rubrics.importing.generic import generic_levels
from app.rubrics.strict_yaml import Document, Mark, Path

LANGUAGES = ("en", "kk", "ru")
TEXTS = ("standard_title", "standard_intent", "question", "guidance", "why_mandatory", *(f"level_{n}" for n in range(5)))
"""Columns that stand once for each language, with its name at the end: question_en, question_kk, question_ru."""
SINGLE = (
    "standard_number", "standard_id", "standard_weight", "id", "code", "basis", "confidence", "mandatory", "minimum",
    "excludable", "weight", "evidence_kinds",
)  # fmt: skip
HEAD = ("id", "edition", "title", "publisher", "year", "status", "url", "checked", "wording")
"""Rows of the sheet about the rubric; title and wording stand once for each language."""
YES, NO = ("yes", "true", "1", "иә", "да"), ("no", "false", "0", "", "жоқ", "нет")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its place, rows and columns counted from 1."""

    value: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: `head` by key, `rows` by column name; `place` and `about` name their sheets in findings."""

    place: str
    about: str
    head: Mapping[str, Cell]
    rows: Sequence[Mapping[str, Cell]]
    columns: Mapping[str, int]


def known_columns() -> list[str]:
    """Every column name a table may have, in the template's order."""
    first = [name for name in SINGLE if name.startswith("standard_")]
    rest = [name for name in SINGLE if not name.startswith("standard_")]
    texts = {name: [f"{name}_{language}" for language in LANGUAGES] for name in TEXTS}
    middle = [column for name in ("standard_title", "standard_intent") for column in texts[name]]
    tail = [column for name in TEXTS[2:] for column in texts[name]]
    return [*first, *middle, *rest[:2], *tail, *rest[2:]]


def known_head() -> list[str]:
    """Every key of the part about the rubric."""
    return [key for name in HEAD for key in ([f"{name}_{one}" for one in LANGUAGES] if name in ("title", "wording") else [name])]


class _Builder:
    """Collects the data of a rubric and the cell of each value."""

    def __init__(self, table: Table, languages: Sequence[str], kinds: Mapping[str, Mapping[Any, str]]) -> None:
        self.table = table
        self.languages = languages
        self.kinds = kinds
        self.marks: dict[Path, Mark] = {}
        self.findings: list[Finding] = []

    def mark(self, path: Path, cell: Cell) -> None:
        """Remember the cell of a value; what holds the value stands, for want of a better place, where its first value does."""
        self.marks[path] = (cell.row, cell.column)
        for length in range(1, len(path)):
            self.marks.setdefault(path[:length], (cell.row, cell.column))

    def put(self, target: dict[str, Any], path: Path, key: str, cell: Cell | None, value: Any) -> None:
        if cell is not None and value is not None:
            target[key] = value
            self.mark((*path, key), cell)

    def text(self, row: Mapping[str, Cell], name: str, path: Path) -> dict[str, str] | None:
        found = {}
        for language in self.languages:
            cell = row.get(f"{name}_{language}")
            if cell is not None:
                found[language] = cell.value
                self.mark((*path, language), cell)
        return found or None

    def wrong(self, cell: Cell, problem: str, remedy: str) -> None:
        self.findings.append(Finding(self.table.place, cell.row, cell.column, address(cell.row, cell.column), problem, remedy))

    def yes(self, cell: Cell | None) -> bool | None:
        if cell is None or cell.value.strip().lower() in NO:
            return None if cell is None else False
        if cell.value.strip().lower() in YES:
            return True
        self.wrong(cell, _("“{value}” is neither yes nor no").format(value=cell.value[:40]), _("write yes or no"))
        return None

    def number(self, cell: Cell | None) -> int | float | None:
        if cell is None:
            return None
        if re.fullmatch(r"[0-9]{1,6}(\.0*)?", cell.value):
            return int(float(cell.value))
        if re.fullmatch(r"[0-9]{1,6}[.,][0-9]{1,6}", cell.value):
            return float(cell.value.replace(",", "."))
        self.wrong(cell, _("“{value}” is not a number").format(value=cell.value[:40]), _("write a number such as 2"))
        return None


def address(row: int, column: int) -> str:
    """The cell as spreadsheets name it, for example C5."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def to_document(table: Table, kinds: Mapping[str, Mapping[Any, str]]) -> Document:
    """The rubric a table states, with the cell of each value; `kinds` are the labels of kinds of evidence by id.

    Raises Invalid for what is not even a table of criteria.
    """
    languages = [
        one for one in LANGUAGES if f"question_{one}" in table.columns and any(f"question_{one}" in r for r in table.rows)
    ]
    builder = _Builder(table, languages, kinds)
    if not languages:
        problem = _("there is no question in any language")
        raise Invalid([Finding(table.place, 1, 0, "", problem, _("fill the column question_en, question_kk or question_ru"))])
    data = _head(builder)
    data["standards"] = _standards(builder)
    if builder.findings:
        raise Invalid(sorted(builder.findings))
    return Document(table.place, data, builder.marks)


def _head(builder: _Builder) -> dict[str, Any]:
    head = builder.table.head
    data: dict[str, Any] = {"format": "sapa-rubric/1", "languages": list(builder.languages)}
    of: dict[str, Any] = {}
    for key in ("id", "edition"):
        builder.put(data, (), key, head.get(key), head[key].value if key in head else None)
    for key in ("publisher", "status", "url", "checked"):
        builder.put(of, ("of",), key, head.get(key), head[key].value if key in head else None)
    builder.put(of, ("of",), "year", head.get("year"), builder.number(head.get("year")))
    for key in ("title", "wording"):
        text = builder.text(head, key, ("of", key))
        if text:
            of[key] = text
    data["of"] = of
    return data


def _standards(builder: _Builder) -> list[dict[str, Any]]:
    standards: list[dict[str, Any]] = []
    by_number: dict[str, int] = {}
    for row in builder.table.rows:
        number = row.get("standard_number")
        name = number.value if number else ""
        if name not in by_number:
            by_number[name] = len(standards)
            standards.append(_standard(builder, row, ("standards", len(standards)), number))
        place = by_number[name]
        criteria = standards[place]["criteria"]
        criteria.append(_criterion(builder, row, ("standards", place, "criteria", len(criteria))))
    return standards


def _standard(builder: _Builder, row: Mapping[str, Cell], path: Path, number: Cell | None) -> dict[str, Any]:
    made: dict[str, Any] = {"criteria": []}
    builder.put(made, path, "number", number, number.value if number else None)
    identifier = row.get("standard_id") or number
    builder.put(made, path, "id", identifier, identifier.value if identifier else None)
    builder.put(made, path, "weight", row.get("standard_weight"), builder.number(row.get("standard_weight")))
    for column, key in (("standard_title", "title"), ("standard_intent", "intent")):
        text = builder.text(row, column, (*path, key))
        if text:
            made[key] = text
    made.setdefault("intent", made.get("title"))
    return {key: value for key, value in made.items() if value is not None}


def _criterion(builder: _Builder, row: Mapping[str, Cell], path: Path) -> dict[str, Any]:
    made: dict[str, Any] = {}
    builder.mark(path, Cell("", next(iter(row.values())).row, 1))
    for key in ("id", "code"):
        cell = row.get(key) or row.get("code") or row.get("id")
        builder.put(made, path, key, cell, cell.value if cell else None)
    for key in ("question", "guidance", "why_mandatory"):
        text = builder.text(row, key, (*path, key))
        if text:
            made[key] = text
    made.setdefault("guidance", made.get("question"))
    for key in ("mandatory", "excludable"):
        builder.put(made, path, key, row.get(key), builder.yes(row.get(key)))
    for key in ("minimum", "weight"):
        builder.put(made, path, key, row.get(key), builder.number(row.get(key)))
    made["basis"] = [_basis(builder, row, (*path, "basis", 0))]
    made["levels"], generic = _levels(builder, row, path)
    if generic:
        made["generic_levels"] = True
    made["evidence"] = _evidence(builder, row, path)
    return {key: value for key, value in made.items() if value is not None}


def _basis(builder: _Builder, row: Mapping[str, Cell], path: Path) -> dict[str, Any]:
    ref, confidence = row.get("basis"), row.get("confidence")
    made = {"ref": ref.value if ref else _("own rubric"), "confidence": confidence.value if confidence else "own"}
    for key, cell in (("ref", ref), ("confidence", confidence)):
        if cell:
            builder.mark((*path, key), cell)
    return made


def _levels(builder: _Builder, row: Mapping[str, Cell], path: Path) -> tuple[list[Any], bool]:
    """Five descriptors, or the general ones when the row has none at all."""
    texts = [builder.text(row, f"level_{number}", (*path, "levels", number)) for number in range(5)]
    if not any(texts):
        return generic_levels(builder.languages), True
    first = next(iter(row.values()))
    for number, text in enumerate(texts):
        if text is None:
            column = builder.table.columns.get(f"level_{number}_{builder.languages[0]}", first.column)
            remedy = _("write all five descriptors, or none: then the general ones are used")
            builder.wrong(
                Cell("", first.row, column), _("the descriptor of level {level} is missing").format(level=number), remedy
            )
    return texts, False


def _evidence(builder: _Builder, row: Mapping[str, Cell], path: Path) -> list[dict[str, Any]]:
    cell = row.get("evidence_kinds")
    if cell is None:
        return []
    kinds = [one.strip() for one in re.split(r"[,;\n]", cell.value) if one.strip()]
    for number in range(len(kinds)):
        builder.mark((*path, "evidence", number, "kind"), cell)
    unknown = dict.fromkeys(builder.languages, "?")
    labels = [builder.kinds.get(kind, unknown) for kind in kinds]
    notes = [{language: label.get(language, label.get("en", "?")) for language in builder.languages} for label in labels]
    return [{"kind": kind, "note": note} for kind, note in zip(kinds, notes, strict=True)]
