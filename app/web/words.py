"""The words for the method's states, the same on every page and in every report. See the glossary for the terms."""

from collections.abc import Callable

from app.i18n import gettext as _

PAPER = "paper: "
"""How a rubric cites the paper that it answers, with the number of the finding."""


def verdict(value: str) -> str:
    """A readiness verdict."""
    return {
        "ready": _("Ready"),
        "ready_with_conditions": _("Ready with conditions"),
        "undetermined": _("Undetermined"),
        "not_ready": _("Not ready"),
    }[value]


def verdict_meaning(value: str) -> str:
    """What a verdict says, in one sentence."""
    return {
        "ready": _("Even if every open answer turned out at the lowest level, the threshold is reached and nothing blocks."),
        "ready_with_conditions": _(
            "The lower threshold is reached; every blocker has an open action with an owner and a due date."
        ),
        "undetermined": _("Answers are missing that could still change the verdict."),
        "not_ready": _("The threshold is not reached, or a blocker has no open action with an owner and a due date."),
    }[value]


def level(value: int | None) -> str:
    """The name of a level; a dash for none."""
    if value is None:
        return "–"
    return (_("Absent"), _("Ad hoc"), _("Defined"), _("Applied"), _("Improved"))[value]


def level_meaning(value: int) -> str:
    """What it takes to stand at a level."""
    return (
        _("nothing in place"),
        _("done by some people, sometimes; nothing agreed"),
        _("agreed and written down"),
        _("done as written, across the scope, with records"),
        _("its results are measured, and led to changes"),
    )[value]


def state(value: str) -> str:
    """What is known of a criterion."""
    return {
        "answered": _("Answered"),
        "not_applicable": _("Not applicable"),
        "unanswered": _("Not answered"),
    }[value]


def cause(value: str) -> str:
    """Why there is a gap."""
    return {
        "unanswered": _("Not answered"),
        "evidence": _("Proof is missing"),
        "practice": _("Practice is missing"),
        "both": _("Practice and proof are missing"),
    }[value]


def nature(value: str) -> str:
    """What a piece of evidence can prove."""
    return {"document": _("document"), "record": _("record"), "result": _("result")}[value]


def evidence_problem(value: str) -> str:
    """Why an evidence item does not count."""
    return {
        "expired": _("expired"),
        "not_yet_valid": _("not valid yet"),
        "withdrawn": _("withdrawn"),
        "rejected": _("rejected"),
    }[value]


def evidence_status(value: str) -> str:
    """Whether an evidence item still stands."""
    return {"valid": _("valid"), "withdrawn": _("withdrawn"), "rejected": _("rejected")}[value]


def action_status(value: str) -> str:
    """How far an action is."""
    return {"open": _("open"), "in_progress": _("in progress"), "done": _("done"), "dropped": _("dropped")}[value]


def criterion_change(value: str) -> str:
    """What became of a criterion in an edition that extends another."""
    return {
        "reworded": _("Reworded in this edition."),
        "extended": _("Extended in this edition."),
        "merged": _("Merged from several in this edition."),
        "split": _("Split from another in this edition."),
        "new": _("New in this edition."),
    }[value]


def rubric_status(value: str) -> str:
    """Whether a standard is in force."""
    return {"in_force": _("in force"), "draft": _("draft"), "superseded": _("superseded")}[value]


def degree(value: str) -> str:
    """The level of a programme."""
    return {"bachelor": _("bachelor"), "master": _("master"), "doctorate": _("doctorate")}[value]


def subject(value: str) -> str:
    """What an event of the trail is about, "assessment:12", as a link says it."""
    noun, _colon, number = value.partition(":")
    if noun == "assessment":
        return _("assessment {number}").format(number=number)
    return _("evidence {number}").format(number=number) if noun == "evidence" else value


def role(value: str) -> str:
    """What a person does in an organisation."""
    return {
        "quality_manager": _("quality manager"),
        "contributor": _("contributor"),
        "internal_auditor": _("internal auditor"),
        "rector": _("rector"),
        "reviewer": _("reviewer"),
        "partner": _("partner"),
        "operator": _("operator"),
    }[value]


def organisation_kind(value: str) -> str:
    """What an organisation is."""
    return {"university": _("university"), "agency": _("accreditation agency")}[value]


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser/", "Yandex"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser(value: str) -> str:
    """A browser's name and system from what it says of itself (RFC 9110, 10.1.5); its own words when we know neither."""
    known = [next((shown for sign, shown in signs if sign in value), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(part for part in known if part) or value or "–"


def strength(value: int) -> str:
    """How hard a password is to guess, 0 to 4."""
    return (_("guessed at once"), _("very weak"), _("weak"), _("good"), _("very good"))[value]


def whose_labels(value: str) -> str:
    """Whose labels a borrowed scale has. Names of bodies and standards are the same in every language."""
    return {"ENQA panels, older reports": _("ENQA panels, older reports")}.get(value, value)


def basis(ref: str, confidence: str) -> str:
    """Where a criterion comes from and how far that was checked, said once: `own analysis` needs no second word."""
    if ref == "own analysis":
        return _("own analysis")
    if ref.startswith(PAPER):
        ref = _("paper on double-degree education (2025), finding {number}").format(number=ref.removeprefix(PAPER))
    checked = {"verified": _("verified"), "secondary": _("second-hand"), "own": _("own analysis")}[confidence]
    return f"{ref} ({checked})"


def rater_roles() -> dict[str, str]:
    """Whom raters speak for."""
    return {
        "quality_manager": _("quality manager"),
        "internal_auditor": _("internal auditor"),
        "teacher": _("teacher"),
        "student": _("student"),
        "employer": _("employer"),
        "partner": _("partner university"),
        "panel": _("panel of an agency"),
    }


def rater_role(value: str) -> str:
    """Whom a rater speaks for; a file may hold another word, which is shown as it stands."""
    return rater_roles().get(value, value)


def no_agreement(value: str) -> str:
    """Why a figure of agreement does not exist."""
    return {
        "no_overlap": _("undefined: no criterion has two ratings"),
        "no_variation": _("undefined: every rating is equal"),
        "too_few": _("too few criteria with two ratings"),
        "not_two_complete": _("only for two raters who rated everything"),
    }[value]


FILTERS: dict[str, Callable[..., str]] = {
    "no_agreement": no_agreement,
    "rater_role": rater_role,
    "verdict": verdict,
    "verdict_meaning": verdict_meaning,
    "level_name": level,
    "level_meaning": level_meaning,
    "state": state,
    "cause": cause,
    "nature": nature,
    "evidence_problem": evidence_problem,
    "evidence_status": evidence_status,
    "action_status": action_status,
    "criterion_change": criterion_change,
    "rubric_status": rubric_status,
    "degree": degree,
    "subject": subject,
    "role": role,
    "organisation_kind": organisation_kind,
    "strength": strength,
    "browser": browser,
    "whose_labels": whose_labels,
    "basis": basis,
}
