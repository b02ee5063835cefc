"""An edition that extends another states only what changes; here the two become one whole rubric.

Under `standards`, in the new order, stand `{keep: ID}` for a standard of the base that stays as it is, and standards (or
their files) that state what differs: other fields, `order` (the ids of all its criteria, from any standard of the base), and
the criteria that are new or changed. A stated criterion says `change` and, where it continues others than itself, `from`; the
fields it leaves out are the base's, and so are the levels it leaves out of a mapping from "0" to "4". `remove` lists criteria
of the base that end here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.rubrics.strict_yaml import Document, Mark, Path

Data = dict[str, Any]


@dataclass
class Extension:
    """The whole rubric's data with its marks; `stated[i, j]` is where criterion j of standard i stands in its own file."""

    data: Data
    marks: dict[Path, Mark]
    stated: dict[tuple[int, int], int] = field(default_factory=dict)


def extend(document: Document, parts: Mapping[int, Document], base: Data) -> Extension:
    """The rubric of `document` over `base`, the resolved data of what it extends. Raises Invalid with every finding."""
    standards = {one["id"]: one for one in base["standards"]}
    criteria = {one["id"]: one for standard in base["standards"] for one in standard["criteria"]}
    listed = document.data.get("standards")
    result = Extension({**document.data, "standards": []}, dict(document.marks))
    removed = result.data.pop("remove", [])
    findings: list[Finding] = []
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        source = parts.get(index)
        place: Path = () if source else ("standards", index)
        own: Document = source or document
        stated = source.data if source else entry
        if not isinstance(stated, dict):
            findings.append(own.finding(place, _("a mapping is needed here"), _("write keep: ID, or a standard")))
            continue
        name = stated.get("keep", stated.get("id"))
        if "keep" in stated and name not in standards:
            problem = _("unknown standard “{name}” of the edition that is extended").format(name=name)
            findings.append(own.finding((*place, "keep"), problem, _("use the id of one of its standards")))
            continue
        before = standards.get(name, {"criteria": []})
        try:
            result.data["standards"].append(_standard(result, index, stated, before, criteria, (own, place)))
        except Invalid as wrong:
            findings.extend(wrong.findings)
    findings.extend(_forgotten(document, result.data, criteria, removed))
    if findings:
        raise Invalid(findings)
    return result


def _standard(
    result: Extension, index: int, stated: Data, before: Data, criteria: Mapping[str, Data], where: tuple[Document, Path]
) -> Data:
    own, place = where
    listed = stated.get("criteria", [])
    changed = {one["id"]: number for number, one in enumerate(listed) if isinstance(one, dict) and "id" in one}
    usual = [one["id"] for one in before["criteria"]]
    order = stated.get("order", [*usual, *(name for name in changed if name not in usual)])
    whole: Data = {**before, **{key: value for key, value in stated.items() if key not in ("keep", "order", "criteria")}}
    whole["criteria"] = []
    for position, name in enumerate(order):
        number = changed.get(name)
        if number is None and name not in criteria:
            problem = _("unknown criterion “{name}”").format(name=name)
            raise Invalid([own.finding((*place, "order"), problem, _("state it under criteria, or use an id of the base"))])
        kept = criteria.get(name, {})
        whole["criteria"].append(_criterion(listed[number], kept) if number is not None else _unchanged(kept))
        if number is not None:
            result.stated[index, position] = number
            _mark(result, own, (*place, "criteria", number), ("standards", index, "criteria", position))
    return whole


def _unchanged(kept: Data) -> Data:
    return {**kept, "change": "same", "from": [kept["id"]]}


def _criterion(stated: Data, kept: Data) -> Data:
    whole = {**kept, **stated}
    levels = stated.get("levels")
    if isinstance(levels, dict) and kept:
        whole["levels"] = [levels.get(str(level), text) for level, text in enumerate(kept["levels"])]
    if "change" not in stated:
        whole["change"] = "reworded" if kept else "new"
    if "from" not in stated:
        whole["from"] = [stated["id"]] if kept and stated.get("change") != "new" else []
    return whole


def _mark(result: Extension, own: Document, old: Path, new: Path) -> None:
    for path, mark in own.marks.items():
        if path[: len(old)] == old:
            result.marks[*new, *path[len(old) :]] = mark


def _forgotten(document: Document, data: Data, criteria: Mapping[str, Data], removed: Any) -> Iterator[Finding]:
    """Criteria of the base that are neither kept, nor continued by another, nor removed."""
    placed = [one for standard in data["standards"] for one in standard["criteria"]]
    known = {one["id"] for one in placed} | {name for one in placed for name in one["from"]}
    gone = set(removed if isinstance(removed, list) else [])
    for name in criteria:
        if name not in known | gone:
            problem = _("the criterion “{name}” of the edition that is extended is nowhere").format(name=name)
            remedy = _("keep it, name it under “from” of another, or list it under remove")
            yield document.finding(("standards",), problem, remedy)
    for name in sorted(gone - set(criteria)):
        problem = _("unknown criterion “{name}”").format(name=name)
        yield document.finding(("remove",), problem, _("use an id of the base"))
