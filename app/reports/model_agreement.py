"""What a report says of how far several raters agree."""

from dataclasses import dataclass

from app.scoring.agreement import Agreement


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """The agreement of a standard, or with `whole` of a rubric. `code` is the rubric's id or the standard's number."""

    code: str
    title: str
    whole: bool
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class AgreementSection:
    """Whom the raters speak for, in the file's order, and their agreement; no rows where nobody rated."""

    roles: tuple[str, ...]
    rows: tuple[AgreementRow, ...]
