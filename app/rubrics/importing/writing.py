"""A rubric as one YAML file, the template workbook, and the skeleton of a new rubric."""

import io
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from ruamel.yaml import YAML

from app.i18n import gettext as _
from app.rubrics.importing.columns import LANGUAGES, known_columns, known_head
from app.rubrics.importing.generic import generic_levels
from app.rubrics.importing.reading import ABOUT, CRITERIA
from app.rubrics.model import Rubric
from app.rubrics.registry import plain

WIDTH = 130


def as_yaml(rubric: Rubric) -> str:
    """The rubric as a file that `sapa rubric check` takes, standards inline."""
    return _written(plain(rubric))


def _written(data: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.width = WIDTH
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_without_empty(data), out)
    return out.getvalue()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(one) for key, one in value.items() if one is not None and one not in ([], {})}
    return [_without_empty(one) for one in value] if isinstance(value, list) else value


def skeleton(rubric_id: str, day: str) -> str:
    """A new rubric with one standard and one criterion to overwrite, in three languages; with a usable id it passes the check."""
    here = {
        "en": "Replace this by your own words: what is asked of the university?",
        "kk": "Мұны өз сөзіңізбен ауыстырыңыз: университеттен не сұралады?",
        "ru": "Замените это своими словами: о чём спрашивают университет?",
    }
    title = {"en": "Title of the rubric", "kk": "Жиынтықтың атауы", "ru": "Название набора"}
    data = {
        "format": "sapa-rubric/1",
        "id": rubric_id,
        "edition": "1",
        "languages": list(LANGUAGES),
        "of": {"title": title, "publisher": "?", "year": int(day[:4]), "status": "draft", "checked": day, "wording": title},
        "standards": [
            {
                "id": "first",
                "number": "1",
                "title": {"en": "First standard", "kk": "Бірінші стандарт", "ru": "Первый стандарт"},
                "intent": {"en": "What it is for.", "kk": "Ол не үшін керек.", "ru": "Для чего он нужен."},
                "criteria": [
                    {
                        "id": "first.a",
                        "code": "1.a",
                        "question": here,
                        "guidance": {"en": "How to judge it.", "kk": "Оны қалай бағалау керек.", "ru": "Как об этом судить."},
                        "basis": [{"ref": "own rubric", "confidence": "own"}],
                        "levels": generic_levels(LANGUAGES),
                        "generic_levels": True,
                    }
                ],
            }
        ],
    }
    return _written(data)


def template() -> bytes:
    """A workbook to fill: what the rubric is, one row for each criterion, and what each column means."""
    book = openpyxl.Workbook()
    about = book.active
    assert about is not None  # noqa: S101 - a new workbook has a sheet
    about.title = ABOUT
    examples: dict[str, str | int] = {"edition": "1", "status": "in_force", "year": 2026, "checked": "2026-11-24"}
    for row, key in enumerate(known_head(), 1):
        about.cell(row, 1, key).font = Font(bold=True)
        about.cell(row, 2, examples.get(key))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 80
    criteria = book.create_sheet(CRITERIA)
    for column, name in enumerate(known_columns(), 1):
        cell = criteria.cell(1, column, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6EFEE")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        long = name.rpartition("_")[2] in LANGUAGES
        criteria.column_dimensions[get_column_letter(column)].width = 36 if long else 16
    criteria.freeze_panes = "A2"
    told = book.create_sheet(_("Help"))
    for row, (name, words) in enumerate(_help(), 1):
        told.cell(row, 1, name).font = Font(bold=True)
        told.cell(row, 2, words).alignment = Alignment(wrap_text=True)
    told.column_dimensions["A"].width, told.column_dimensions["B"].width = 24, 90
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _help() -> list[tuple[str, str]]:
    return [
        (
            "id, edition",
            _("Name and edition in Latin letters. What was uploaded stays as it is: a changed rubric needs a new edition."),
        ),
        ("status", _("in_force, draft or superseded")),
        ("checked", _("The day somebody last compared it with its source, year-month-day")),
        ("title_en, title_kk, …", _("Texts stand once for each language; leave out the languages you do not have.")),
        ("standard_number", _("Rows with the same number belong to one standard; its title stands in the first of them.")),
        ("code", _("How the criterion is called on pages and in reports")),
        ("question_…", _("What is asked; ends with a question mark")),
        ("guidance_…", _("How to judge it")),
        ("level_0_… to level_4_…", _("What a reviewer would see at each level. Leave all five empty to use the general ones.")),
        ("mandatory, why_mandatory_…", _("yes or no; a mandatory criterion says what failing it puts at risk")),
        ("minimum", _("The least level of a mandatory criterion, 1 to 4")),
        ("weight, standard_weight", _("A number above 0; 1 when left out")),
        ("basis, confidence", _("Where it comes from; verified, secondary or own")),
        ("evidence_kinds", _("Kinds of evidence that usually prove it, by their ids, with commas between")),
    ]
