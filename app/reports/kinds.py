"""The kinds of report there are, and what each is called."""

from dataclasses import dataclass
from typing import Literal, get_args

from app.errors import Problem
from app.i18n import gettext as _
from app.reports.model import Report

Kind = Literal["full", "summary", "plan", "iso-to-esg", "delta"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Page = Literal["a4", "phone"]
"""What a summary is laid out for: paper, or the screen of a phone."""


class UnknownKind(Problem):
    """There is no such report."""


def kind_of(name: str) -> Kind:
    """The kind of report of this name. Raises UnknownKind."""
    if name in KINDS:
        return name
    raise UnknownKind(_("There is no report “{name}”: use one of {choices}.").format(name=name, choices=", ".join(KINDS)))


def name_of(kind: Kind) -> str:
    """What a kind is called, in the current language."""
    return {
        "full": _("Self-assessment and gap analysis"),
        "summary": _("Summary for the rector"),
        "plan": _("Action plan"),
        "iso-to-esg": _("What ISO 9001 gives for the ESG"),
        "delta": _("What changed"),
    }[kind]


def cover_words(kind: Kind) -> str:
    """What stands above the title on the cover."""
    if kind == "full":
        return _("Self-assessment and gap analysis on double-degree readiness")
    return name_of(kind)


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of report as the page of downloads offers it: what it is for, and in which formats it exists."""

    kind: Kind
    title: str
    told: str
    formats: tuple[str, ...]


def offers(*, has_iso: bool) -> tuple[Offer, ...]:
    """Every kind that an assessment has something to say in; changes need another assessment and stand apart."""
    pages = ("pdf", "html", "json")
    found = (
        Offer("full", name_of("full"), _("The whole report, for the agency"), ("pdf", "html", "docx", "xlsx")),
        Offer("summary", name_of("summary"), _("One page"), ("pdf", "html")),
        Offer("plan", name_of("plan"), _("Who does what by when, and what it is worth"), pages),
        Offer("iso-to-esg", name_of("iso-to-esg"), _("What evidence for ISO 9001 covers, and what stays uncovered"), pages),
    )
    return tuple(one for one in found if has_iso or one.kind != "iso-to-esg")


def title_of(report: Report, kind: Kind) -> str:
    """The document's title, which readers see in their window and screen readers say first."""
    return f"{name_of(kind)}: {report.identity.institution}, {report.identity.title}"
