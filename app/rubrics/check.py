"""What can be wrong in a library though each file reads well: references, languages, lengths, near copies."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path as FilePath
from typing import Any

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.rubrics import languages as languages_of
from app.rubrics import published
from app.rubrics.crosswalk import Crosswalk
from app.rubrics.loader import HOME, Loaded, library_files
from app.rubrics.model import Criterion, Kinds, Profile, Rubric, Scale
from app.rubrics.registry import Library, assemble, load_all
from app.rubrics.strict_yaml import Path

LIMITS = {
    "title": 160,
    "intent": 700,
    "question": 320,
    "guidance": 1000,
    "note": 200,
    "why_mandatory": 280,
    "residual": 480,
    "label": 80,
}
"""Longest text by key, in characters; longer ones do not fit the page or are not read."""
LEVEL_CHARACTERS = 420
LEVEL_WORDS = range(6, 56)
NEAR_COPY = 0.72
"""Two criteria whose descriptors share this part of their three-word runs are near copies."""
_WORD = re.compile(r"\w+")


def check_paths(paths: list[FilePath]) -> int:
    """Check these files and folders, or the library that comes with Sapa when there are none; return how many files.

    A user's rubric may refer to the kinds and rubrics that come with Sapa. Raises Invalid with every finding.
    """
    own = library_files(HOME)
    wanted = [file for path in paths for file in _files_under(path)] if paths else own
    if paths and not wanted:
        shown = ", ".join(str(path) for path in paths)
        raise Invalid(
            [Finding(shown, 0, 0, "", _("there is no library file here"), _("name a file or a folder with rubric.yaml"))]
        )
    loaded = load_all(wanted, HOME.parent)
    around = [] if not paths else load_all([path for path in own if path not in wanted], HOME.parent)
    library = assemble([*around, *loaded])
    findings = check(loaded, library)
    for file, one in zip(wanted, loaded, strict=True):
        if published.is_published(file):
            findings.extend(published.missing(one, library))
    if findings:
        raise Invalid(sorted(set(findings)))
    return len(wanted)


def _files_under(path: FilePath) -> list[FilePath]:
    if not path.is_dir():
        return [path.resolve()]
    found = library_files(path.resolve())
    return found or sorted(path.resolve().rglob("rubric.yaml"))


def check(loaded: Iterable[Loaded[Any]], library: Library) -> list[Finding]:
    """Every finding of the loaded files; references are looked up in `library`, which should hold them all."""
    findings: list[Finding] = []
    for one in loaded:
        findings.extend(_texts(one))
        if isinstance(one.value, Rubric):
            findings.extend(_rubric(one, library))
        elif isinstance(one.value, Crosswalk):
            findings.extend(_crosswalk(one, library))
        elif isinstance(one.value, Scale):
            findings.extend(_scale(one))
        elif isinstance(one.value, Profile):
            findings.extend(_profile(one, library))
        elif isinstance(one.value, Kinds):
            findings.extend(_repeated(one, ((("kinds", i, "id"), kind.id) for i, kind in enumerate(one.value.kinds))))
    return sorted(set(findings))


def _walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Every text of a library object with its path: a text is a mapping from languages."""
    if isinstance(value, Mapping):
        if value and set(value) <= {"en", "kk", "ru"}:
            yield path, value
            return
        for key, inner in value.items():
            yield from _walk(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _walk(inner, (*path, index))


def _texts(one: Loaded[Any]) -> Iterator[Finding]:
    languages = set(one.value.languages)
    for path, text in _walk(one.value.model_dump(mode="json")):
        if one.kept(path):
            continue
        if missing := sorted(languages - set(text)):
            yield one.finding(path, _("the text is missing in: {languages}").format(languages=", ".join(missing)), _("add it"))
        if extra := sorted(set(text) - languages):
            problem = _("a language the file does not declare: {languages}").format(languages=", ".join(extra))
            yield one.finding(path, problem, _("add it to languages, or remove the text"))
        yield from _lengths(one, path, text)
        for language, problem, remedy in languages_of.wrong_with(text):
            yield one.finding((*path, language), problem, remedy)


def _lengths(one: Loaded[Any], path: Path, text: Mapping[str, str]) -> Iterator[Finding]:
    descriptor = len(path) > 1 and path[-2] == "levels"
    limit = LEVEL_CHARACTERS if descriptor else LIMITS.get(str(path[-1]), 4000)
    for language, words in text.items():
        if len(words) > limit:
            problem = _("{found} characters, at most {limit} fit").format(found=len(words), limit=limit)
            yield one.finding((*path, language), problem, _("shorten it"))
        if descriptor and len(_WORD.findall(words)) not in LEVEL_WORDS:
            problem = _("{found} words in a descriptor").format(found=len(_WORD.findall(words)))
            yield one.finding((*path, language), problem, _("say in 10 to 40 words what a reviewer would see"))


def _repeated(one: Loaded[Any], items: Iterable[tuple[Path, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, value in items:
        if value in seen:
            yield one.finding(path, _("“{name}” stands here twice").format(name=value), _("give each its own name"))
        seen.add(value)


def _rubric(one: Loaded[Rubric], library: Library) -> Iterator[Finding]:
    standards = list(enumerate(one.value.standards))
    yield from _repeated(one, ((("standards", i, "id"), standard.id) for i, standard in standards))
    criteria = [(("standards", i, "criteria", j), c) for i, standard in standards for j, c in enumerate(standard.criteria)]
    yield from _repeated(one, (((*path, "id"), criterion.id) for path, criterion in criteria))
    yield from _repeated(one, (((*path, "code"), criterion.code) for path, criterion in criteria))
    kinds = library.natures()
    for path, criterion in criteria:
        if criterion.mandatory and criterion.why_mandatory is None:
            yield one.finding(
                path, _("a mandatory criterion without a reason"), _("say in why_mandatory what failing it puts at risk")
            )
        for index, expected in enumerate(() if one.kept(path) else criterion.evidence):
            if kinds and expected.kind not in kinds:
                problem = _("unknown kind of evidence “{kind}”").format(kind=expected.kind)
                yield one.finding((*path, "evidence", index, "kind"), problem, _("use a kind from kinds.yaml, or add it there"))
    yield from _near_copies(one, criteria)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _near_copies(one: Loaded[Rubric], criteria: Sequence[tuple[Path, Criterion]]) -> Iterator[Finding]:
    """Descriptors that say the same of two criteria say nothing of either."""
    for language in one.value.languages:
        prints = [
            (path, criterion, frozenset().union(*(_runs(level.get(language, "")) for level in criterion.levels)))
            for path, criterion in criteria
            if not criterion.generic_levels
        ]
        for (first, other, left), (path, criterion, right) in combinations(prints, 2):
            if one.kept(first) and one.kept(path):
                continue
            smaller = min(len(left), len(right))
            if smaller and len(left & right) / smaller >= NEAR_COPY:
                problem = _("the descriptors nearly copy those of {other} ({language})").format(other=other.id, language=language)
                yield one.finding((*path, "levels"), problem, _("say what is seen for {id} only").format(id=criterion.id))


def _crosswalk(one: Loaded[Crosswalk], library: Library) -> Iterator[Finding]:
    crosswalk = one.value
    source, target = (_newest(library, name) for name in (crosswalk.source, crosswalk.target))
    for key, name, found in (("source", crosswalk.source, source), ("target", crosswalk.target, target)):
        if found is None:
            yield one.finding((key,), _("unknown rubric “{name}”").format(name=name), _("correct the name or add the rubric"))
    for index, entry in enumerate(crosswalk.entries):
        names: list[tuple[Path, str, Rubric | None]] = [(("entries", index, "target"), entry.target, target)]
        names += [(("entries", index, "sources", i), name, source) for i, name in enumerate(entry.sources)]
        for path, name, rubric in names:
            if rubric is not None and name not in rubric.by_id:
                problem = _("unknown criterion “{name}” of {rubric}").format(name=name, rubric=rubric.id)
                yield one.finding(path, problem, _("use the id of a criterion"))
        if bool(entry.sources) == (entry.strength == "none"):
            problem = _("strength and sources contradict each other")
            yield one.finding(
                ("entries", index), problem, _("an entry of strength none has no sources, any other has at least one")
            )


def _newest(library: Library, rubric_id: str) -> Rubric | None:
    return next((rubric for rubric in reversed(list(library.rubrics.values())) if rubric.id == rubric_id), None)


def _scale(one: Loaded[Scale]) -> Iterator[Finding]:
    bands = one.value.bands
    yield from _repeated(one, ((("bands", i, "id"), band.id) for i, band in enumerate(bands)))
    starts = [band.start for band in bands]
    if starts[0] != 0 or starts != sorted(set(starts)):
        yield one.finding(("bands",), _("the bands do not rise from 0"), _("begin the first from 0 and each next one higher"))
    if one.value.cap_when_mandatory_fails not in {band.id for band in bands}:
        yield one.finding(("cap_when_mandatory_fails",), _("this is not one of the bands"), _("write the id of a band"))


def _profile(one: Loaded[Profile], library: Library) -> Iterator[Finding]:
    profile = one.value
    known = {rubric.id for rubric in library.rubrics.values()}
    for index, component in enumerate(profile.components):
        for name in component.alternatives:
            if name not in known:
                problem = _("unknown rubric “{name}”").format(name=name)
                yield one.finding(("components", index, "rubric"), problem, _("correct the name or add the rubric"))
    if profile.scale not in library.scales:
        yield one.finding(("scale",), _("unknown scale “{name}”").format(name=profile.scale), _("use the id of a scale"))
    if profile.conditional_from > profile.ready_from:
        problem = _("conditional_from is above ready_from")
        yield one.finding(("conditional_from",), problem, _("make it at most ready_from"))
