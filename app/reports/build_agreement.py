"""The part of a report on several raters."""

from collections.abc import Callable, Iterable

from app.portable.model import Portable
from app.reports.model_agreement import AgreementRow, AgreementSection
from app.rubrics.model import Rubric, Text
from app.scoring.agreement import agreement


def agreement_section(portable: Portable, rubrics: Iterable[Rubric], text: Callable[[Text], str]) -> AgreementSection:
    """The agreement of the file's raters, for each rubric as a whole and each of its standards that somebody rated."""
    table = {name: dict(rater.levels) for name, rater in portable.raters.items() if rater.levels}
    rows = []
    for rubric in rubrics:
        everything = [f"{rubric.id}:{one.id}" for one in rubric.criteria()]
        rows.append(AgreementRow(rubric.reference, text(rubric.of.title), whole=True, agreement=agreement(table, everything)))
        for standard in rubric.standards:
            names = [f"{rubric.id}:{one.id}" for one in standard.criteria]
            rows.append(AgreementRow(standard.number, text(standard.title), whole=False, agreement=agreement(table, names)))
    roles = tuple(portable.raters[name].role for name in table)
    return AgreementSection(roles, tuple(one for one in rows if one.agreement.raters))
