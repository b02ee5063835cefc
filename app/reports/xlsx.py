"""A report as a workbook: results, gaps, plan and evidence, a sheet each. Figures are numbers, dates are dates.

What people typed stays text: a cell that begins with "=" is never a formula, and no address becomes a link.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app import i18n
from app.i18n import gettext as _
from app.reports.approval_words import in_one_line
from app.reports.html import title_of
from app.reports.model import EvidenceRow, GapRow, Report
from app.reports.model_plan import ActionRow
from app.web import words

LONGEST = 32_767
"""Characters that a cell can hold."""
TALLEST, LINE = 409.0, 14.0
"""What a row may measure at most, and a line of it, in points."""
HEAD_COLOUR = "#0b5d5a"
Cell = str | int | Fraction | date | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in characters, and its format by name."""

    head: str
    width: int
    shape: str = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a table with one head row that can be filtered."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def render_xlsx(report: Report) -> bytes:
    """The workbook, in the report's language. The same report gives the same bytes."""
    with i18n.use(report.language):
        target = BytesIO()
        book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        written = datetime.combine(report.identity.date, time(), UTC)
        book.set_properties(
            {"title": title_of(report, "full"), "author": report.identity.institution, "created": written.replace(tzinfo=None)}
        )
        formats = _formats(book)
        _write_about(book.add_worksheet(_("About")), report, formats)
        for sheet in (_results(report), _gaps(report), _plan(report), _evidence(report)):
            _write(book.add_worksheet(sheet.name), sheet, formats)
        book.close()
        return target.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    plain = {"valign": "top", "font_name": "Noto Sans", "font_size": 10}
    return {
        "head": book.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": HEAD_COLOUR, "font_color": "#ffffff"}),
        "title": book.add_format({**plain, "bold": True, "font_size": 14}),
        "text": book.add_format({**plain, "text_wrap": True}),
        "whole": book.add_format({**plain, "num_format": "0"}),
        "percent": book.add_format({**plain, "num_format": "0.0"}),
        "precise": book.add_format({**plain, "num_format": "0.0000"}),
        "day": book.add_format({**plain, "num_format": "yyyy-mm-dd", "align": "left"}),
        "figure": book.add_format({**plain, "num_format": "0.0", "align": "left"}),
        "bold": book.add_format({**plain, "bold": True, "text_wrap": True}),
    }


def _write(place: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    place.freeze_panes(1, 0)
    place.repeat_rows(0)
    place.set_landscape()
    place.set_paper(9)
    place.fit_to_pages(1, 0)
    for index, column in enumerate(sheet.columns):
        place.set_column(index, index, column.width)
        place.write_string(0, index, column.head, formats["head"])
    for number, row in enumerate(sheet.rows, 1):
        place.set_row(number, _height(sheet.columns, row))
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _put(place, number, index, value, formats[column.shape])
    place.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)


def _height(columns: Sequence[Column], row: Sequence[Cell]) -> float:
    """Room for the longest text of a row, in points: not every program makes it by itself."""
    texts = [(column.width, value) for column, value in zip(columns, row, strict=True) if isinstance(value, str)]
    lines = max((sum(len(line) // width + 1 for line in value.split("\n")) for width, value in texts), default=1)
    return min(TALLEST, LINE * lines)


def _put(place: Worksheet, row: int, column: int, value: Cell, shape: Format) -> None:
    """One cell; what does not exist stays empty, because an empty cell is no zero."""
    if value is None or value == "":
        place.write_blank(row, column, None, shape)
    elif isinstance(value, bool):
        place.write_string(row, column, _("yes") if value else _("no"), shape)
    elif isinstance(value, int | Fraction):
        place.write_number(row, column, float(value), shape)
    elif isinstance(value, date):
        place.write_datetime(row, column, datetime.combine(value, time()), shape)
    else:
        place.write_string(row, column, value[:LONGEST], shape)


def _write_about(place: Worksheet, report: Report, formats: dict[str, Format]) -> None:
    """What the workbook is about, and where its figures come from."""
    one = report.identity
    rows: list[tuple[str, Cell, str]] = [
        (_("Institution"), one.institution, "text"),
        (_("Assessment"), one.title, "text"),
        (_("Programme"), one.programme, "text"),
        (_("Reference date"), one.date, "day"),
        (_("Profile"), one.profile, "text"),
        (_("Verdict"), words.verdict(report.verdict.value), "bold"),
        (_("Index"), report.index, "figure"),
        (_("Index, lower end"), report.index_low, "figure"),
        (_("Index, upper end"), report.index_high, "figure"),
        (_("Approval"), in_one_line(one.approval) if one.approval else None, "text"),
        (_("Digest of the assessment"), one.assessment_digest, "text"),
        (_("End of the trail"), one.audit_head, "text"),
    ]
    place.set_landscape()
    place.set_paper(9)
    place.fit_to_pages(1, 1)
    place.set_column(0, 0, 34)
    place.set_column(1, 1, 90)
    place.write_string(0, 0, title_of(report, "full"), formats["title"])
    for number, (label, value, shape) in enumerate(rows, 2):
        place.write_string(number, 0, label, formats["bold"])
        _put(place, number, 1, value, formats[shape])
    last = len(rows) + 3
    if one.draft:
        place.write_string(last, 0, _("Draft"), formats["bold"])
        told = _("Made from answers that are not frozen: they may still change.")
        place.write_string(last, 1, told, formats["text"])
    told = _("Results are the indication of a self-assessment tool, not a decision of an accreditation agency.")
    place.write_string(last + 1, 1, told, formats["text"])


def _results(report: Report) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for rubric in report.rubrics:
        for standard in rubric.standards:
            rows += [
                (
                    rubric.title,
                    f"{standard.number} {standard.title}",
                    one.code,
                    one.question,
                    words.state(one.state.value),
                    one.claimed,
                    one.substantiated,
                    one.target,
                    one.gap,
                    _word(words.cause, one.cause.value if one.cause else None),
                    one.mandatory,
                    one.blocker,
                    len(one.evidence),
                    one.comment,
                    one.strengths,
                    one.justification,
                )
                for one in standard.criteria
            ]
    columns = [
        Column(_("Rubric"), 28), Column(_("Standard"), 30), Column(_("Code"), 10), Column(_("What is asked"), 60),
        Column(_("State"), 16), Column(_("Claimed"), 10, "whole"), Column(_("Substantiated"), 14, "whole"),
        Column(_("Target"), 10, "whole"), Column(_("Gap"), 8, "whole"), Column(_("Cause"), 22), Column(_("Mandatory"), 12),
        Column(_("Blocker"), 10), Column(_("Evidence"), 10, "whole"), Column(_("Comment"), 60), Column(_("Strengths"), 40),
        Column(_("Justification"), 40),
    ]  # fmt: skip
    return Sheet(_("Results"), columns, rows)


def _gaps(report: Report) -> Sheet:
    columns = [
        Column(_("No."), 6, "whole"), Column(_("Rubric"), 28), Column(_("Code"), 10), Column(_("What is asked"), 60),
        Column(_("Substantiated"), 14, "whole"), Column(_("Target"), 10, "whole"), Column(_("Gap"), 8, "whole"),
        Column(_("Cause"), 24), Column(_("Mandatory"), 12), Column(_("Blocker"), 10), Column(_("Priority"), 10, "precise"),
        Column(_("Leverage"), 10, "percent"), Column(_("Planned"), 10),
    ]  # fmt: skip
    return Sheet(_("Gaps"), columns, [_gap(one) for one in report.gaps])


def _gap(one: GapRow) -> Sequence[Cell]:
    return (
        one.rank, one.rubric, one.code, one.question, one.substantiated, one.target, one.gap, words.cause(one.cause.value),
        one.mandatory, one.blocker, one.priority, one.leverage, one.action is not None,
    )  # fmt: skip


def _plan(report: Report) -> Sheet:
    columns = [
        Column(_("No."), 6, "whole"), Column(_("Code"), 10), Column(_("Further criteria"), 16), Column(_("Criterion"), 50),
        Column(_("What will be done"), 60), Column(_("Owner"), 26), Column(_("Due date"), 12, "day"), Column(_("Indicator"), 40),
        Column(_("Evidence expected"), 40), Column(_("Level afterwards"), 12, "whole"), Column(_("Person-days"), 12, "whole"),
        Column(_("Status"), 14), Column(_("Reason"), 30), Column(_("Overdue"), 10), Column(_("Answers a blocker"), 16),
    ]  # fmt: skip
    return Sheet(_("Action plan"), columns, [_action(one) for one in report.actions])


def _action(one: ActionRow) -> Sequence[Cell]:
    further = ", ".join(code for _anchor, code in one.further)
    return (
        one.number, one.code, further, one.question, one.what, one.owner, one.due, one.indicator, "; ".join(one.expected),
        one.expected_level, one.effort, words.action_status(one.status), one.reason, one.overdue, one.answers_blocker,
    )  # fmt: skip


def _evidence(report: Report) -> Sheet:
    columns = [
        Column(_("Code"), 10), Column(_("Title"), 60), Column(_("Kind"), 26), Column(_("Nature"), 14),
        Column(_("Date"), 12, "day"),
        Column(_("Valid from"), 12, "day"), Column(_("Valid until"), 12, "day"), Column(_("Status"), 14), Column(_("Counts"), 10),
        Column(_("Why not"), 18), Column(_("Language"), 12), Column(_("Web address"), 40), Column("SHA-256", 66),
        Column(_("Used by"), 40), Column(_("Uses"), 8, "whole"),
    ]  # fmt: skip
    return Sheet(_("Evidence"), columns, [_item(one) for one in report.evidence])


def _item(one: EvidenceRow) -> Sequence[Cell]:
    return (
        one.id, one.title, one.kind, words.nature(one.nature), one.date, one.valid_from, one.valid_until,
        words.evidence_status(one.status.value), one.valid, _word(words.evidence_problem, one.problem), one.language, one.url,
        one.sha256, ", ".join(code for _anchor, code in one.used_by), len(one.used_by),
    )  # fmt: skip


def _word(word: Callable[[str], str], value: Any) -> str | None:
    return None if value is None else word(str(value))
