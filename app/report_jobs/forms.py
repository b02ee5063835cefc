"""What people send who ask for a report."""

from typing import Any, Literal, Self

from pydantic import BaseModel, model_validator

from app.i18n import current
from app.i18n import gettext as _
from app.portable.model import wrong
from app.report_jobs.models import BINDER
from app.reports.kinds import Kind, Page
from app.reports.prepared import Asked
from app.reports.service import Format
from app.web.forms import OptionalNumber

Ending = Format | Literal["zip"]
OF_REVISIONS = ("pdf", "html", "json")
"""The formats in which a revision can be had."""
OF_BINDERS = ("full", "summary")
"""The reports that a binder can have."""


def refuse_what_is_not_offered(kind: Kind, ending: Ending, page: Page, revision: int | None) -> None:
    """Raise, as a validator does, where no such report is made."""
    if revision is not None and ending not in OF_REVISIONS:
        raise wrong(_("A revision cannot be had in this format"), _("choose PDF, HTML or JSON"))
    if ending == BINDER and (kind not in OF_BINDERS or page != "a4"):
        raise wrong(_("A binder has no such report"), _("choose the whole report or the summary, on A4"))


class AskForm(BaseModel):
    """A report: which kind, in which language and format; of a revision when its number is there.

    `file` says language and format in one word, "kk.pdf", as a button does. `against` is what a report on changes compares with:
    another assessment, or of a revision an earlier one. The ending "zip" asks for a binder with the report in it.
    """

    kind: Kind = "full"
    lang: Literal["kk", "ru", "en"] | None = None
    ending: Ending = "pdf"
    page: Page = "a4"
    against: OptionalNumber = None
    revision: OptionalNumber = None
    file: str = ""

    @model_validator(mode="before")
    @classmethod
    def _in_one_word(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not given.get("file"):
            return given
        language, _dot, ending = str(given["file"]).partition(".")
        return {**given, "lang": language, "ending": ending}

    @model_validator(mode="after")
    def _offered(self) -> Self:
        refuse_what_is_not_offered(self.kind, self.ending, self.page, self.revision)
        return self

    @property
    def is_binder(self) -> bool:
        """Whether the report is wanted in a binder, with its evidence."""
        return self.ending == BINDER

    def asked(self) -> Asked:
        """What report is asked for; in the language of the page where none is named."""
        return Asked("pdf" if self.ending == "zip" else self.ending, self.kind, self.lang or current(), self.page, self.against)
