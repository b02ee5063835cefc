"""An assessment for a reader who may not see all of its evidence."""

from collections.abc import Collection

from app.i18n import gettext as _
from app.portable.model import Citation, Portable, PortableAnswer, PortableEvidence


def veiled(portable: Portable, codes: Collection[str]) -> Portable:
    """The same assessment in which these items say no more than what scoring needs: kind, validity and status.

    What answers cite of them goes too: where to look and what it proves. Levels and texts of answers stay.
    """
    if not codes:
        return portable
    evidence = {name: _veiled(item) if name in codes else item for name, item in portable.evidence.items()}
    answers = {name: _without(answer, codes) for name, answer in portable.answers.items()}
    return portable.model_copy(update={"evidence": evidence, "answers": answers})


def _veiled(item: PortableEvidence) -> PortableEvidence:
    return PortableEvidence(
        title=_("Confidential evidence"),
        kind=item.kind,
        valid_from=item.valid_from,
        valid_until=item.valid_until,
        status=item.status,
        confidentiality=item.confidentiality,
    )


def _without(answer: PortableAnswer, codes: Collection[str]) -> PortableAnswer:
    told = tuple(Citation(id=one.id) if one.id in codes else one for one in answer.evidence)
    return answer.model_copy(update={"evidence": told})
