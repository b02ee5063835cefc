"""Whether a portable assessment makes sense: every name it uses is known, every state it claims is allowed."""

from collections.abc import Iterator
from difflib import get_close_matches

from app.errors import Finding, NotFound
from app.i18n import gettext as _
from app.portable.model import Portable, PortableAction, PortableAnswer
from app.rubrics.model import Criterion, Rubric
from app.rubrics.registry import Library
from app.rubrics.strict_yaml import Document, Path


def check(portable: Portable, document: Document, library: Library) -> list[Finding]:
    """Every finding, each at its line."""
    rubrics, findings = _rubrics(portable, document, library)
    if portable.profile not in library.profiles:
        problem = _("unknown profile “{name}”").format(name=portable.profile)
        findings.append(document.finding(("profile",), problem, _one_of(list(library.profiles), portable.profile)))
    if findings:
        return findings
    return sorted(_Checker(portable, document, library, rubrics).findings())


def _rubrics(portable: Portable, document: Document, library: Library) -> tuple[dict[str, Rubric], list[Finding]]:
    found: dict[str, Rubric] = {}
    findings = []
    for index, reference in enumerate(portable.rubrics):
        path: Path = ("rubrics", index)
        try:
            rubric = library.rubric(reference)
        except NotFound:
            problem = _("unknown rubric “{name}”").format(name=reference)
            findings.append(document.finding(path, problem, _one_of(list(library.rubrics), reference)))
            continue
        if rubric.id in found:
            problem = _("the rubric {name} stands here twice").format(name=rubric.id)
            findings.append(document.finding(path, problem, _("keep one edition of each rubric")))
        found[rubric.id] = rubric
    return found, findings


def _one_of(known: list[str], given: str) -> str:
    near = get_close_matches(given, known, n=1)
    if near:
        return _("did you mean “{name}”?").format(name=near[0])
    return _("use one of: {choices}").format(choices=", ".join(known[:12]))


class _Checker:
    """The checks that need the assessed rubrics, bundled because each needs all four."""

    def __init__(self, portable: Portable, document: Document, library: Library, rubrics: dict[str, Rubric]) -> None:
        self.portable = portable
        self.document = document
        self.kinds = set(library.natures())
        self.rubrics = rubrics

    def findings(self) -> Iterator[Finding]:
        for reference in self.portable.targets:
            yield from self._criterion(reference, ("targets", reference))
        for reference, answer in self.portable.answers.items():
            yield from self._answer(reference, answer)
        for name, item in self.portable.evidence.items():
            yield from self._kind(item.kind, ("evidence", name, "kind"))
        for index, action in enumerate(self.portable.actions):
            yield from self._action(action, ("actions", index))
        for name, rater in self.portable.raters.items():
            for reference in rater.levels:
                yield from self._criterion(reference, ("raters", name, "levels", reference))

    def _kind(self, kind: str, path: Path) -> Iterator[Finding]:
        if kind not in self.kinds:
            problem = _("unknown kind of evidence “{kind}”").format(kind=kind)
            yield self.document.finding(path, problem, _one_of(sorted(self.kinds), kind))

    def _action(self, action: PortableAction, path: Path) -> Iterator[Finding]:
        yield from self._criterion(action.criterion, (*path, "criterion"))
        for index, reference in enumerate(action.criteria):
            where = (*path, "criteria", index)
            yield from self._criterion(reference, where)
            if reference in action.every_criterion[: index + 1]:
                problem = _("the action names {name} twice").format(name=reference)
                yield self.document.finding(where, problem, _("keep one of the two"))
        for index, expected in enumerate(action.expected_evidence):
            yield from self._kind(expected.kind, (*path, "expected_evidence", index, "kind"))

    def _answer(self, reference: str, answer: PortableAnswer) -> Iterator[Finding]:
        path: Path = ("answers", reference)
        yield from self._criterion(reference, path)
        criterion = self._find(reference)
        if criterion is not None and answer.not_applicable is not None and not criterion.excludable:
            problem = _("“not applicable” is not allowed for {code}").format(code=criterion.code)
            yield self.document.finding((*path, "not_applicable"), problem, _("give a level from 0 to 4"))
        seen: set[str] = set()
        for index, citation in enumerate(answer.evidence):
            where = (*path, "evidence", index)
            if citation.id not in self.portable.evidence:
                problem = _("evidence {name} is not listed").format(name=citation.id)
                yield self.document.finding(where, problem, _("list it under evidence, or correct the name"))
            if citation.id in seen and citation.where is None:
                problem = _("evidence {name} is linked twice").format(name=citation.id)
                yield self.document.finding(where, problem, _("keep one, or say for each where to look"))
            seen.add(citation.id)

    def _find(self, reference: str) -> Criterion | None:
        rubric_id, _colon, criterion_id = reference.partition(":")
        rubric = self.rubrics.get(rubric_id)
        return rubric.by_id.get(criterion_id) if rubric else None

    def _criterion(self, reference: str, path: Path) -> Iterator[Finding]:
        rubric_id, colon, criterion_id = reference.partition(":")
        if not colon:
            problem = _("“{name}” does not name a criterion").format(name=reference)
            yield self.document.finding(path, problem, _("write rubric:criterion, for example esg-2015:policy.approved"))
        elif rubric_id not in self.rubrics:
            problem = _("the rubric {name} is not assessed here").format(name=rubric_id)
            yield self.document.finding(path, problem, _("add it to rubrics, or remove this entry"))
        elif criterion_id not in self.rubrics[rubric_id].by_id:
            problem = _("unknown criterion “{name}”").format(name=reference)
            yield self.document.finding(path, problem, _one_of(list(self.rubrics[rubric_id].by_id), criterion_id))
