"""What a chapter of the coverage begins with, in the current language."""

from app.i18n import gettext as _
from app.reports.model_coverage import CoverageSection, Reusable
from app.web.formats import number


def title(section: CoverageSection) -> str:
    """The title of the chapter."""
    if section.from_iso:
        return _("What your ISO 9001 system already gives you: %(target)s") % {"target": section.target}
    return _("What %(source)s already gives: %(target)s") % {"source": section.source, "target": section.target}


def lead(section: CoverageSection) -> str:
    """The figures, in a sentence."""
    figures = {"coverage": number(section.coverage), "ceiling": number(section.ceiling)}
    told = _("%(source)s as a source of evidence for %(target)s: %(coverage)s of 100 now, %(ceiling)s at best.")
    return told % {"source": section.source, "target": section.target, **figures}


def note(section: CoverageSection) -> str:
    """What the figures are not, and who has looked at them."""
    if section.reviewed_by:
        reviewed = _("Own analysis, reviewed by %(name)s.") % {"name": section.reviewed_by}
    else:
        reviewed = _("Own analysis, not yet reviewed by an ESG reviewer and an ISO lead auditor.")
    told = [reviewed, _("It shows evidence that can be used again. It is not a rating, and no level was written from it.")]
    if section.from_iso:
        told.append(_("Certification to ISO 9001 is not external quality assurance in the sense of ESG 1.10."))
    return " ".join(told)


def served_by(sources: tuple[str, ...]) -> str:
    """The clauses that serve a criterion."""
    return ", ".join(sources) if sources else _("nothing")


def to_reuse(items: tuple[Reusable, ...]) -> str:
    """The evidence that can be cited for a criterion too."""
    return _("To reuse: %(codes)s") % {"codes": ", ".join(one.id for one in items)}


def legend() -> str:
    """How to read the chart."""
    return _("Solid: evidence already there. Pale: what the source could give at best. Empty: what it never gives.")
