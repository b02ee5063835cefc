"""From a workbook or a CSV file to a table. Nothing is calculated: a formula counts for the value that was saved with it."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import openpyxl

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.rubrics import strict_yaml
from app.rubrics.importing.columns import Cell, Table, address, known_columns, known_head

MAX_UNPACKED = 30_000_000
"""Bytes a workbook may unfold to."""
MAX_ROWS = 2_000
MAX_COLUMNS = 120
MAX_CELL = 5_000
ABOUT, CRITERIA = "Rubric", "Criteria"
Row = Sequence[Any]


def _refuse(place: str, problem: str, remedy: str) -> Invalid:
    return Invalid([Finding(place, 0, 0, "", problem, remedy)])


def read_workbook(content: bytes, name: str) -> Table:
    """The sheets “Rubric” (key and value) and “Criteria” (a row for each criterion). Raises Invalid."""
    book = _opened(content, name)
    for sheet in (ABOUT, CRITERIA):
        if sheet not in book.sheetnames:
            raise _refuse(name, _("the sheet “{name}” is missing").format(name=sheet), _("use the template"))
    about = _bounded(book[ABOUT].iter_rows(values_only=True), f"{name}, {ABOUT}")
    criteria = _bounded(book[CRITERIA].iter_rows(values_only=True), f"{name}, {CRITERIA}")
    return _table(about, criteria, f"{name}, {CRITERIA}", f"{name}, {ABOUT}", 0)


def _opened(content: bytes, name: str) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        book = None
        if size <= MAX_UNPACKED:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as wrong:
        raise _refuse(name, _("this is not a workbook (.xlsx)"), _("save it as .xlsx, or use the template")) from wrong
    if book is None:
        raise _refuse(name, _("the workbook unfolds to more than it may"), _("remove pictures and sheets that are not needed"))
    return book


def read_csv(content: bytes, name: str) -> Table:
    """A CSV file: lines such as `#id;my-rubric` about the rubric, names of columns, a line for each criterion. Raises Invalid."""
    text = strict_yaml.decode(content, name, 3_000_000)
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(";,\t", key=first.count)
    try:
        rows = _bounded(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), name)
    except csv.Error as wrong:
        raise _refuse(name, _("this is not a CSV file"), _("save it as CSV, UTF-8")) from wrong
    start = next(
        (n for n, row in enumerate(rows) if row and str(row[0] or "").strip() and not str(row[0]).startswith("#")), len(rows)
    )
    about = [[str(row[0])[1:], *row[1:]] for row in rows[:start] if row]
    return _table(about, rows[start:], name, name, start)


def _bounded(rows: Iterable[Row], place: str) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if len(found) > MAX_ROWS or len(row) > MAX_COLUMNS:
            limits = {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
            raise _refuse(place, _("more than {rows} rows or {columns} columns").format(**limits), _("split the rubric"))
        found.append(row)
    return found


def _table(about: Sequence[Row], criteria: Sequence[Row], place: str, about_place: str, above: int) -> Table:
    """`above` rows stand over the row of column names."""
    findings: list[Finding] = []
    head = _head(about, about_place, findings)
    columns = _columns(criteria[0] if criteria else (), place, above + 1, findings)
    rows = list(_cells(criteria[1:], columns, place, above + 2, findings))
    if not rows and not findings:
        findings.append(Finding(place, above + 1, 0, "", _("there is no criterion"), _("write one row for each criterion")))
    if findings:
        raise Invalid(sorted(findings))
    return Table(place, about_place, head, rows, columns)


def _head(about: Sequence[Row], place: str, findings: list[Finding]) -> dict[str, Cell]:
    head = {}
    for number, row in enumerate(about, 1):
        key, value = (*(_words(one) for one in row[:2]), "", "")[:2]
        if key and key not in known_head():
            findings.append(_unknown(place, number, 1, key, known_head()))
        elif key and value:
            head[key] = Cell(value, number, 2)
    return head


def _columns(names: Row, place: str, row: int, findings: list[Finding]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for number, written in enumerate(names, 1):
        name = _words(written).lower()
        if name and name not in known_columns():
            findings.append(_unknown(place, row, number, name, known_columns()))
        elif name in columns:
            problem = _("the column “{name}” stands here twice").format(name=name)
            findings.append(Finding(place, row, number, address(row, number), problem, _("remove one of them")))
        elif name:
            columns[name] = number
    return columns


def _unknown(place: str, row: int, column: int, name: str, known: Sequence[str]) -> Finding:
    near = get_close_matches(name, known, n=1)
    remedy = _("did you mean “{key}”? Otherwise remove it").format(key=near[0]) if near else _("use the names of the template")
    return Finding(place, row, column, address(row, column), _("unknown name “{name}”").format(name=name[:60]), remedy)


def _cells(
    rows: Sequence[Row], columns: dict[str, int], place: str, first: int, findings: list[Finding]
) -> Iterator[dict[str, Cell]]:
    for number, row in enumerate(rows, first):
        found = {}
        for name, column in columns.items():
            value = _words(row[column - 1]) if column <= len(row) else ""
            if len(value) > MAX_CELL:
                problem = _("{found} characters, at most {limit} fit").format(found=len(value), limit=MAX_CELL)
                findings.append(Finding(place, number, column, address(number, column), problem, _("shorten it")))
            elif value:
                found[name] = Cell(value, number, column)
        if found:
            yield found


def _words(value: Any) -> str:
    """A cell as text: whole numbers without a point, days as year-month-day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
