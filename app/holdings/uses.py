"""What an item's page says of its uses: every citation in the assessments that the reader may see."""

from dataclasses import dataclass

from app.accounts.policy import Permission
from app.assessments import access, cited
from app.assessments.answers import rubrics_of
from app.assessments.models import Assessment
from app.evidence.panels import AskedOfItem
from app.i18n import current
from app.rubrics.model import in_language


@dataclass(frozen=True, slots=True)
class UseRow:
    """A citation as the page lists it; `code` is the criterion's."""

    assessment_id: int
    title: str
    reference: str
    code: str
    where: str | None
    proves: str | None
    version: int | None
    link_id: int
    may_move: bool


@dataclass(frozen=True, slots=True)
class UsesPanel:
    """Where an item is used. `elsewhere` counts citations in assessments that the reader may not see or that are deleted."""

    item_id: int
    rows: tuple[UseRow, ...]
    elsewhere: int
    newest: int | None

    @property
    def movable(self) -> int:
        """How many citations the reader can move to the newest version."""
        return sum(one.may_move for one in self.rows)


def build(asked: AskedOfItem) -> UsesPanel:
    """The panel of an item."""
    session, item = asked.session, asked.item
    uses = cited.uses_of(session, asked.actor, item)
    newest = max((one.number for one in item.versions), default=None)
    assessments = {one.assessment_id: one.assessment for one in uses}
    open_ones = {number: access.may(session, asked.actor, one, Permission.ANSWER) for number, one in assessments.items()}
    codes = {number: _codes(asked, one) for number, one in assessments.items()}
    rows = tuple(
        UseRow(
            assessment_id=one.assessment_id,
            title=in_language(one.title, current()),
            reference=one.criterion,
            code=codes[one.assessment_id].get(one.criterion, one.criterion),
            where=one.where,
            proves=one.proves,
            version=one.version,
            link_id=one.link_id,
            may_move=newest is not None and one.version != newest and open_ones[one.assessment_id],
        )
        for one in uses
    )
    return UsesPanel(item.id, rows, cited.count_uses(session, item) - len(rows), newest)


def _codes(asked: AskedOfItem, assessment: Assessment) -> dict[str, str]:
    rubrics = rubrics_of(asked.session, asked.library, assessment)
    return {f"{rubric.id}:{one.id}": one.code for rubric in rubrics for one in rubric.criteria()}
