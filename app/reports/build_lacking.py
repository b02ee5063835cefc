"""Which texts of an assessment have characters that cannot be printed, and where they stand. Pure but for our fonts."""

from collections.abc import Iterator

from app.portable.model import PortableAnswer
from app.reports.build_parts import Sources
from app.reports.glyphs import lacking
from app.reports.model_lacking import Unprintable


def unprintable(sources: Sources) -> tuple[Unprintable, ...]:
    """Every text with such characters, in the order in which a reader meets them."""
    found = ((code, field, lacking(text)) for code, field, text in _texts(sources) if text)
    return tuple(Unprintable(code, field, characters) for code, field, characters in found if characters)


def _texts(sources: Sources) -> Iterator[tuple[str | None, str, str]]:
    """(code of a criterion, an item or an action, field, what is written there)."""
    portable = sources.portable
    yield None, "names", " ".join(_names(sources))
    for reference, answer in portable.answers.items():
        code = sources.criterion(reference).code
        yield from ((code, field, text) for field, text in _of_answer(answer))
    for name, item in portable.evidence.items():
        yield name, "evidence", " ".join(filter(None, (item.title, item.language, item.url, item.withdrawn_because)))
    for action in portable.actions:
        notes = (one.note for one in action.expected_evidence)
        words = (action.what, action.owner, action.indicator, action.reason, *notes)
        yield sources.criterion(action.criterion).code, "action", " ".join(filter(None, words))


def _names(sources: Sources) -> Iterator[str]:
    portable = sources.portable
    yield sources.text(portable.title)
    yield sources.text(portable.institution.name)
    if portable.programme:
        yield sources.text(portable.programme.name)
        yield from (one.name for one in portable.programme.partners)


def _of_answer(answer: PortableAnswer) -> Iterator[tuple[str, str]]:
    yield "comment", answer.comment or ""
    yield "strengths", answer.strengths or ""
    yield "next_step", answer.next_step or ""
    yield "not_applicable", answer.not_applicable or ""
    yield "citation", " ".join(text for one in answer.evidence for text in (one.where, one.proves) if text)
