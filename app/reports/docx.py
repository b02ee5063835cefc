"""A report as a Word document: the self-evaluation report in the order in which agencies ask for it, ready to be edited.

Cover, contents, the institution, how the self-assessment was done, what changed since the last review, each standard with its
criteria, strengths and weaknesses, gaps and plan, conclusion, annexes. What only people can write is marked "To write".
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app import i18n
from app.i18n import gettext as _
from app.reports.approval_words import signatures
from app.reports.docx_parts import Bit, Jump, Paper, clean
from app.reports.html import title_of
from app.reports.model import CitedEvidence, CriterionSection, Report, RubricSection, StandardSection
from app.reports.model_plan import ActionRow
from app.web import words
from app.web.formats import country, day, number, period, share, short_day

LONGEST = 255
"""Characters that a property of the file can hold."""
FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of every part of the file, so that the same report gives the same bytes."""


def render_docx(report: Report) -> bytes:
    """The document, in the report's language. The same report gives the same bytes."""
    with i18n.use(report.language):
        paper = Paper(report.language)
        _describe(paper, report)
        _cover(paper, report)
        _about(paper, report)
        _to_write(paper, _("Changes since the last review"), _("What changed, and what became of each recommendation."))
        for rubric in report.rubrics:
            _rubric(paper, rubric)
        _to_write(paper, _("Strengths, weaknesses, opportunities, threats"), _("For the institution as a whole."))
        _blockers_and_gaps(paper, report)
        _plan(paper, report)
        _to_write(paper, _("Conclusion"), _("What the institution concludes from this self-assessment."))
        _evidence(paper, report)
        _lists(paper, report)
        paper.finish()
        return _written(paper)


def _written(paper: Paper) -> bytes:
    """The file with fixed times."""
    raw, target = BytesIO(), BytesIO()
    paper.document.save(raw)
    with ZipFile(raw) as source, ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name in source.namelist():
            entry = ZipInfo(name, FIXED)
            entry.compress_type = ZIP_DEFLATED
            made.writestr(entry, source.read(name))
    return target.getvalue()


def _describe(paper: Paper, report: Report) -> None:
    about = paper.document.core_properties
    author = clean(report.identity.institution)[:LONGEST]
    about.title, about.author = clean(title_of(report, "full"))[:LONGEST], author
    about.language, about.comments, about.keywords = report.language, "", "ESG 2015 Part 1, ISO 9001"
    about.created = about.modified = datetime.combine(report.identity.date, time(), UTC)
    about.last_modified_by, about.revision = author, 1


def _to_write(paper: Paper, title: str, told: str) -> None:
    """A chapter that only people can write."""
    paper.heading(title, 1)
    paper.paragraph(_("To write: {what}").format(what=told), "ToWrite")


def _cover(paper: Paper, report: Report) -> None:
    one = report.identity
    kind = _("Self-assessment and gap analysis on double-degree readiness")
    paper.paragraph([(f"{_('DRAFT')} · {kind}" if one.draft else kind, False)])
    paper.paragraph(one.title, "Title")
    paper.paragraph([(one.institution, True)])
    for line in [
        one.programme,
        *(_("Partner: %(name)s (%(country)s)") % {"name": n, "country": country(c)} for n, c in one.partners),
    ]:
        if line:
            paper.paragraph(line)
    paper.paragraph(_("Reference date: %(day)s") % {"day": day(one.date)})
    paper.paragraph(f"{_('Assessment SHA-256')} {one.assessment_digest.removeprefix('sha256:')}", "Small")
    if one.audit_head:
        paper.paragraph(f"{_('Trail')} {one.audit_head}", "Small")
    told = _("All results are the indication of a self-assessment tool. They are not a decision of an accreditation agency.")
    paper.paragraph(told, "Small")
    paper.paragraph([(_("Approval"), True)])
    paper.table((_("Full name"), _("Post"), _("Signature"), _("Date")), signatures(one.approval), (30, 26, 24, 20))
    paper.page_break()
    paper.paragraph([(_("Contents"), True)])
    paper.contents()
    paper.page_break()


def _about(paper: Paper, report: Report) -> None:
    one = report.identity
    paper.heading(_("About this self-assessment"), 1)
    paper.heading(_("Institution and programme"), 2)
    level = f" ({words.degree(one.programme_level)})" if one.programme_level else ""
    partners = "\n".join(f"{name} ({country(code)})" for name, code in one.partners)
    rows = [
        (_("Institution"), one.institution),
        (_("Country"), country(one.country)),
        (_("DEQAR identifier"), one.deqar_id),
        (_("ETER identifier"), one.eter_id),
        (_("Programme"), f"{one.programme}{level}" if one.programme else None),
        (_("Partner universities"), partners or None),
    ]
    paper.table((), [row for row in rows if row[1]], (32, 68))
    paper.heading(_("How the self-assessment was done"), 2)
    told = _(
        "The university rated itself on each criterion by choosing the description that fits, wrote down what it does, and "
        "linked the evidence. What counts is the level that valid evidence supports on the reference date, %(day)s. The method "
        "is printed at the end of this report."
    )
    paper.paragraph(told.rpartition(". ")[0] % {"day": day(one.date)} + ".")
    paper.heading(_("Results"), 2)
    words_of = words.verdict(report.verdict.value)
    range_ = f"{number(report.index_low)}–{number(report.index_high)}"
    paper.paragraph([(f"{_('Verdict')}: {words_of}. ", True), (f"{_('Index')}: {number(report.index)} ({range_}).", False)])
    paper.paragraph(words.verdict_meaning(report.verdict.value))
    heads = (_("Rubric"), _("Edition"), _("Weight in the index"), _("Answered"), _("Score"), _("Claimed"), _("Indicative band"))
    paper.table(
        heads,
        [
            (r.title, r.reference, share(r.weight), f"{r.figures.answered} / {r.figures.applicable}", *_scores(r))
            for r in report.rubrics
        ],
        (30, 16, 11, 11, 9, 9, 14),
    )


def _scores(one: RubricSection | StandardSection) -> tuple[str, str, str]:
    return number(one.figures.score), number(one.figures.claimed), one.band or "–"


def _rubric(paper: Paper, rubric: RubricSection) -> None:
    paper.heading(rubric.title, 1, rubric.anchor)
    heads = (_("Standard"), _("Answered"), _("Score"), _("Claimed"), _("Indicative band"))
    rows = [
        (Jump(one.anchor, f"{one.number} {one.title}"), f"{one.figures.answered} / {one.figures.applicable}", *_scores(one))
        for one in rubric.standards
    ]
    paper.table(heads, rows, (48, 13, 12, 12, 15))
    for standard in rubric.standards:
        paper.heading(f"{standard.number} {standard.title}", 2, standard.anchor)
        paper.paragraph(standard.intent)
        for criterion in standard.criteria:
            _criterion(paper, criterion)


def _criterion(paper: Paper, one: CriterionSection) -> None:
    paper.heading(f"{one.code} {one.question}", 3, one.anchor)
    paper.paragraph(list(_levels(one)))
    for label, text in (
        (_("Why it does not apply:"), one.justification),
        (_("Required at the target:"), one.required if one.gap else None),
        (_("Answer:"), one.comment),
        (_("Strengths:"), one.strengths),
    ):
        if text:
            paper.paragraph([(f"{label} ", True), (text, False)])
    for item in one.evidence:
        paper.paragraph(list(_cited(item)), "List Bullet".replace(" ", ""))
    step = one.next_step
    if step:
        natures = _(" or ").join(words.nature(nature) for nature in step.missing_natures)
        proof = _("link valid evidence: %(natures)s.") % {"natures": natures} + " " if natures else ""
        paper.paragraph(
            [(_("Next step:") + " ", True), (f"{proof}{_('Level %(level)s') % {'level': step.level}}: {step.text}", False)]
        )
    for action in one.actions:
        paper.paragraph(
            [(_("Action %(number)s:") % {"number": action.number} + " ", True), (f"{action.what} ({_who(action)})", False)]
        )


def _levels(one: CriterionSection) -> Iterator[Bit]:
    if one.claimed is None:
        yield words.state(one.state.value), True
    else:
        yield f"{_('Claimed')} {one.claimed} {words.level(one.claimed)} · ", False
        yield f"{_('substantiated')} {one.substantiated} {words.level(one.substantiated)}", True
    if one.target is not None:
        yield f" · {_('target')} {one.target}", False
    if one.gap and one.cause:
        yield " · " + _("gap %(gap)s: %(cause)s") % {"gap": one.gap, "cause": words.cause(one.cause.value).lower()}, False
    if one.blocker:
        yield f" · {_('BLOCKER')}", True
    if one.to_confirm:
        yield f" · {_('to be confirmed')}", False


def _cited(item: CitedEvidence) -> Iterator[Bit]:
    yield Jump(f"e-{item.id}", item.id), True
    yield f" {item.title}" + (f", {item.where}" if item.where else "") + f" ({words.nature(item.nature)})", False
    if item.proves:
        yield f" – {item.proves}", False
    if item.problem:
        yield f" [{words.evidence_problem(item.problem)}]", True


def _who(action: ActionRow) -> str:
    due = short_day(action.due) if action.due else _("no due date yet")
    return f"{action.owner or _('no owner yet')}, {due}, {words.action_status(action.status)}"


def _blockers_and_gaps(paper: Paper, report: Report) -> None:
    if report.blockers:
        paper.heading(_("Blockers"), 1)
        rows = [
            (
                Jump(one.anchor, one.code),
                one.question,
                f"{_dash(one.substantiated)} / {one.minimum}",
                one.why,
                _who(one.action) if one.action else None,
            )
            for one in report.blockers
        ]
        paper.table(
            (_("Criterion"), _("What is asked"), _("Level"), _("Why it is mandatory"), _("Action")), rows, (12, 34, 8, 26, 20)
        )
    if report.gaps:
        paper.heading(_("Gap register"), 1)
        gaps = [
            (
                str(one.rank),
                Jump(one.anchor, one.code),
                one.question,
                f"{_dash(one.substantiated)} / {one.target}",
                words.cause(one.cause.value),
            )
            for one in report.gaps
        ]
        paper.table((_("No."), _("Criterion"), _("What is asked"), _("Level / target"), _("Cause")), gaps, (6, 14, 46, 12, 22))


def _dash(level: int | None) -> str:
    return "–" if level is None else str(level)


def _plan(paper: Paper, report: Report) -> None:
    if not report.actions:
        return
    paper.heading(_("Action plan"), 1)
    heads = (_("No."), _("Criterion"), _("What will be done"), _("Owner and due date"), _("Indicator"), _("Evidence expected"))
    rows = [(str(one.number), one.code, one.what, _who(one), one.indicator, "; ".join(one.expected)) for one in report.actions]
    paper.table(heads, rows, (6, 11, 32, 19, 18, 14))


def _evidence(paper: Paper, report: Report) -> None:
    if not report.evidence:
        return
    paper.heading(_("Evidence index"), 1)
    for one in report.evidence:
        state = words.evidence_problem(one.problem) if one.problem else words.evidence_status(one.status.value)
        bits: list[Bit] = [(f"{one.id} ", True), (f"{one.title} ({one.kind}, {words.nature(one.nature)}). ", False)]
        bits.append((f"{_('Validity')}: {period(one.valid_from, one.valid_until)}, {state}. ", False))
        if one.used_by:
            bits.append((f"{_('Used by')}: ", False))
        for place, (anchor, code) in enumerate(one.used_by):
            bits += [(", ", False)] if place else []
            bits.append((Jump(anchor, code), False))
        paper.paragraph(bits, anchor=f"e-{one.id}")


def _lists(paper: Paper, report: Report) -> None:
    if report.not_applicable():
        paper.heading(_("Not applicable"), 1)
        rows = [(Jump(one.anchor, one.code), one.question, one.justification) for one in report.not_applicable()]
        paper.table((_("Criterion"), _("What is asked"), _("Justification")), rows, (14, 43, 43))
    if report.unanswered():
        paper.heading(_("Not answered"), 1)
        paper.table(
            (_("Criterion"), _("What is asked")),
            [(Jump(one.anchor, one.code), one.question) for one in report.unanswered()],
            (16, 84),
        )
