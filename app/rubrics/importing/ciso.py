"""Frameworks of CISO Assistant libraries as rubrics: what they state is taken, what they do not state is not invented.

The format is the one of the project's `tools` and `backend/library/libraries`: a library with `objects.framework` whose
`requirement_nodes` form a tree by `parent_urn`; assessable nodes become criteria, the outermost others standards.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Invalid
from app.i18n import gettext as _
from app.i18n import ngettext
from app.rubrics.importing.columns import LANGUAGES
from app.rubrics.importing.generic import generic_levels
from app.rubrics.strict_yaml import Document

QUESTION, GUIDANCE, TITLE, INTENT = 320, 1000, 160, 700
NOT_CARRIED = ("threats", "reference_controls", "risk_matrix", "requirement_mapping_set", "metric_definitions")
MAX_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Carried:
    """The rubric's data and, in words, what of the library could not be carried over."""

    document: Document
    notes: tuple[str, ...]


def is_ciso(document: Document) -> bool:
    """Whether this file is a library of CISO Assistant with a framework."""
    objects = document.data.get("objects") if isinstance(document.data, dict) else None
    return isinstance(objects, dict) and bool(_frameworks(objects))


def _frameworks(objects: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """One framework, or as newer libraries have it a list."""
    listed = objects.get("frameworks")
    found = [objects.get("framework"), *(listed if isinstance(listed, list) else [])]
    return [one for one in found if isinstance(one, dict)]


def carry(document: Document, edition: str, day: str) -> Carried:
    """The framework as a rubric in the languages of ours that it speaks. Raises Invalid when it cannot be one."""
    library = document.data
    framework = _frameworks(library["objects"])[0]
    nodes = [one for one in framework.get("requirement_nodes") or [] if isinstance(one, dict)]
    languages = _languages(document, library, nodes)
    cut: list[str] = []
    standards = list(_standards(nodes, languages, cut))
    if not standards:
        problem = _("there is no assessable requirement")
        raise Invalid([document.finding(("objects", "framework"), problem, _("use another library"))])
    name = str(framework.get("ref_id") or library.get("ref_id") or "framework")
    title = _text(framework, "name", languages, TITLE, cut) or dict.fromkeys(languages, name)
    provider = str(library.get("provider") or library.get("packager") or "?")
    data = {
        "format": "sapa-rubric/1",
        "id": _slug(name),
        "edition": edition,
        "languages": list(languages),
        "of": {
            "title": title,
            "publisher": provider,
            "year": _year(library, day),
            "status": "in_force",
            "checked": day,
            "wording": {language: f"{words}, {provider}" for language, words in title.items()},
        },
        "standards": standards,
    }
    return Carried(Document(document.file, data, {}), tuple(_notes(library, framework, nodes, standards, cut)))


def _languages(document: Document, library: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The languages in which every assessable requirement has words."""
    first = str(library.get("locale") or "en")[:2].lower()
    asked = [one for one in nodes if one.get("assessable")]
    found = [first] if first in LANGUAGES else []
    for language in LANGUAGES:
        if language not in found and asked and all(language in (one.get("translations") or {}) for one in asked):
            found.append(language)
    if not found:
        problem = _("this library speaks “{language}”, and has no translation into Kazakh, Russian or English").format(
            language=first
        )
        raise Invalid([document.finding(("locale",), problem, _("add a translation to the library, or use another"))])
    return found


def _words(node: Mapping[str, Any], key: str, language: str) -> str:
    translated = (node.get("translations") or {}).get(language) or {}
    value = translated.get(key) if isinstance(translated, dict) else None
    if value is None and "translations" not in node:
        value = node.get(key)
    return re.sub(r"\s+", " ", str(value if value is not None else node.get(key) or "")).strip()


def _text(node: Mapping[str, Any], key: str, languages: Sequence[str], limit: int, cut: list[str]) -> dict[str, str]:
    found = {}
    for language in languages:
        words = _words(node, key, language)
        if len(words) > limit:
            cut.append(str(node.get("ref_id") or node.get("name") or "?"))
            words = words[: limit - 1].rsplit(" ", 1)[0] + "…"
        if words:
            found[language] = words
    return found if set(found) == set(languages) else {}


def _standards(nodes: Sequence[Mapping[str, Any]], languages: Sequence[str], cut: list[str]) -> Iterator[dict[str, Any]]:
    parents = {one.get("urn"): one for one in nodes}
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes:
        if node.get("assessable"):
            groups.setdefault(str(_root(node, parents).get("urn")), []).append(node)
    used: set[str] = set()
    for number, (urn, members) in enumerate(groups.items(), 1):
        root = parents.get(urn, members[0])
        title = _text(root, "name", languages, TITLE, cut) or _text(root, "description", languages, TITLE, cut)
        label = str(root.get("ref_id") or number)
        yield {
            "id": _unique(_slug(label), used),
            "number": label,
            "title": title or dict.fromkeys(languages, label),
            "intent": _text(root, "description", languages, INTENT, cut) or title or dict.fromkeys(languages, label),
            "criteria": [_criterion(one, languages, cut, used) for one in members],
        }


def _root(node: Mapping[str, Any], parents: Mapping[Any, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The outermost node above this one; itself when it stands alone. A circle of parents ends where it was entered."""
    seen: set[Any] = set()
    while node.get("parent_urn") in parents and node.get("urn") not in seen:
        seen.add(node.get("urn"))
        node = parents[node.get("parent_urn")]
    return node


def _criterion(node: Mapping[str, Any], languages: Sequence[str], cut: list[str], used: set[str]) -> dict[str, Any]:
    label = str(node.get("ref_id") or node.get("name") or "requirement")
    name = _text(node, "name", languages, QUESTION, cut)
    told = [one for key in ("description", "annotation") if (one := _text(node, key, languages, GUIDANCE, cut))]
    question = name or _text(node, "description", languages, QUESTION, cut) or dict.fromkeys(languages, label)
    if not name and len(told) > 1:
        told = told[1:]  # the description is the question already
    guidance = _joined(told, languages, label, cut) or question
    return {
        "id": _unique(_slug(label), used),
        "code": label[:40],
        "question": question,
        "guidance": guidance,
        "basis": [{"ref": label, "confidence": "secondary"}],
        "levels": generic_levels(languages),
        "generic_levels": True,
    }


def _joined(texts: Sequence[Mapping[str, str]], languages: Sequence[str], label: str, cut: list[str]) -> dict[str, str]:
    """The texts one after the other, as far as they fit."""
    whole = {language: " ".join(text[language] for text in texts) for language in languages} if texts else {}
    for language, words in whole.items():
        if len(words) > GUIDANCE:
            cut.append(label)
            whole[language] = words[: GUIDANCE - 1].rsplit(" ", 1)[0] + "…"
    return whole


def _slug(text: str) -> str:
    made = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:70]
    return made if re.match(r"[A-Za-z0-9]", made) else f"r-{made}".rstrip("-") + "x"


def _unique(name: str, used: set[str]) -> str:
    made, number = name, 2
    while made in used:
        made, number = f"{name}-{number}", number + 1
    used.add(made)
    return made


def _year(library: Mapping[str, Any], day: str) -> int:
    found = re.match(r"(19|20)\d\d", str(library.get("publication_date") or ""))
    return int(found[0]) if found else int(day[:4])


def _notes(
    library: Mapping[str, Any],
    framework: Mapping[str, Any],
    nodes: Sequence[Mapping[str, Any]],
    standards: Sequence[Mapping[str, Any]],
    cut: Sequence[str],
) -> Iterator[str]:
    count = sum(len(one["criteria"]) for one in standards)
    yield ngettext("%(num)s requirement became a criterion.", "%(num)s requirements became criteria.", count) % {"num": count}
    yield _("It has no descriptors of its own for our five levels: the general ones are used, and the pages say so.")
    if len(_frameworks(library["objects"])) > 1:
        yield _("The library has several frameworks: the first is carried.")
    if framework.get("scores_definition"):
        yield _("Its own scale of scores is not carried.")
    if framework.get("implementation_groups_definition"):
        yield _("Its implementation groups are not carried: every requirement is asked.")
    for key in NOT_CARRIED:
        if library["objects"].get(key):
            yield _("Not carried: {name}.").format(name=key)
    evidence = sum(1 for one in nodes if one.get("typical_evidence"))
    if evidence:
        yield ngettext(
            "Typical evidence of %(num)s requirement is not carried: it names no kind of evidence.",
            "Typical evidence of %(num)s requirements is not carried: it names no kind of evidence.",
            evidence,
        ) % {"num": evidence}
    if cut:
        yield _("Texts that were too long are cut, marked with …: {names}").format(names=", ".join(sorted(set(cut))[:40]))
