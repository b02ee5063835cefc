"""From files to rubrics, crosswalks, scales, profiles and kinds. Every problem of a file is reported at once, with its line."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.rubrics import strict_yaml
from app.rubrics.crosswalk import Crosswalk
from app.rubrics.extending import extend
from app.rubrics.findings import validated
from app.rubrics.model import Kinds, Profile, Rubric, Scale
from app.rubrics.strict_yaml import Document

HOME = Path(__file__).resolve().parents[2] / "rubrics"
"""The library that comes with Sapa."""
FORMATS: dict[str, type[BaseModel]] = {
    "sapa-rubric/1": Rubric,
    "sapa-crosswalk/1": Crosswalk,
    "sapa-scale/1": Scale,
    "sapa-profile/1": Profile,
    "sapa-kinds/1": Kinds,
}


Model = TypeVar("Model")


class Loaded(Generic[Model]):
    """What a file says, with what is needed to point into its files: `locate(path)` gives document and path there."""

    def __init__(self, value: Model, document: Document, parts: dict[int, Document] | None = None) -> None:
        self.value = value
        self.document = document
        self._parts = parts or {}
        self.stated: dict[tuple[int, int], int] | None = None

    def finding(self, path: strict_yaml.Path, problem: str, remedy: str) -> Finding:
        """A finding at `path` of the resolved object, in the file where that part was written."""
        if len(path) > 1 and path[0] == "standards" and path[1] in self._parts:
            return self._parts[int(path[1])].finding(self._in_file(path), problem, remedy)
        return self.document.finding(path, problem, remedy)

    def kept(self, path: strict_yaml.Path) -> bool:
        """Whether what stands at `path` is a criterion of the base, as it was: its faults are told where it is stated."""
        whole = len(path) >= 4 and path[0] == "standards" and path[2] == "criteria"  # noqa: PLR2004 - standards, i, criteria, j
        return self.stated is not None and whole and (int(path[1]), int(path[3])) not in self.stated

    def _in_file(self, path: strict_yaml.Path) -> strict_yaml.Path:
        """The path inside the standard's own file, which in an extending edition holds only the changed criteria."""
        if self.stated is None or len(path) < 4 or path[2] != "criteria":  # noqa: PLR2004 - standards, i, criteria, j
            return path[2:]
        number = self.stated.get((int(path[1]), int(path[3])))
        return () if number is None else ("criteria", number, *path[4:])


def load(path: Path, shown: str | None = None, known: Mapping[Path, Rubric] = MappingProxyType({})) -> "Loaded[Any]":
    """Load one library file of any format; a rubric brings its standards' files along. Raises Invalid.

    `known` are rubrics that were loaded before, by their absolute path: an edition of theirs need not read them again.
    """
    document = read_file(path, shown)
    name = document.data.get("format") if isinstance(document.data, dict) else None
    model = FORMATS.get(name) if isinstance(name, str) else None
    if model is None:
        choices = ", ".join(FORMATS)
        raise Invalid([document.finding(("format",), _("unknown format"), _("use one of: {choices}").format(choices=choices))])
    if model is Rubric:
        return _load_rubric(path, document, known)
    return Loaded(validated(model, document), document)


def read_file(path: Path, shown: str | None = None) -> Document:
    """Read a YAML file strictly; `shown` is its name in findings. Raises Invalid, also when it cannot be read."""
    shown = shown or str(path)
    try:
        content = path.read_bytes()
    except OSError as wrong:
        problem = _("the file cannot be read ({reason})").format(reason=wrong.strerror or "")
        raise Invalid([Finding(shown, 0, 0, "", problem, _("check its name and its permissions"))]) from wrong
    return strict_yaml.read(content, shown)


def _load_rubric(path: Path, document: Document, known: Mapping[Path, Rubric]) -> Loaded[Rubric]:
    parts, findings = _standards(path, document)
    if findings:
        raise Invalid(findings)
    if document.data.get("extends") is None:
        return Loaded(_resolved(document, parts), document, parts)
    base = _base(path, document, known)
    extension = extend(document, parts, base.model_dump(mode="json"))
    joined = Document(document.file, extension.data, extension.marks)
    try:
        found = Loaded(validated(Rubric, joined), document, parts)
    except Invalid as wrong:
        raise Invalid([_relocated(finding, parts) for finding in wrong.findings]) from None
    found.stated = extension.stated
    return found


def _base(path: Path, document: Document, known: Mapping[Path, Rubric]) -> Rubric:
    """The rubric that an edition extends: beside it in the same library, or in the one that comes with Sapa. Raises Invalid."""
    name, _at, edition = str(document.data["extends"]).partition("@")
    for home in (path.resolve().parents[2], HOME):
        file = home / name / edition / "rubric.yaml"
        if re.fullmatch(r"[\w.-]+@[\w.-]+", str(document.data["extends"])) and file.is_file():
            return known.get(file) or load(file, known=known).value  # a rubric.yaml holds a rubric or raises
    problem = _("the edition that is extended is not there: {name}").format(name=document.data["extends"])
    raise Invalid([document.finding(("extends",), problem, _("write id@edition of a rubric of the library"))])


def _resolved(document: Document, parts: dict[int, Document]) -> Rubric:
    """The rubric with its standards put in; findings name the standard's own file."""
    standards = document.data.get("standards")
    if parts and isinstance(standards, list):
        filled = [parts[index].data if index in parts else entry for index, entry in enumerate(standards)]
        joined = Document(document.file, {**document.data, "standards": filled}, _joined_marks(document, parts))
    else:
        joined = document
    try:
        return validated(Rubric, joined)
    except Invalid as wrong:
        raise Invalid([_relocated(finding, parts) for finding in wrong.findings]) from None


def _joined_marks(document: Document, parts: dict[int, Document]) -> dict[strict_yaml.Path, strict_yaml.Mark]:
    marks = dict(document.marks)
    for index, part in parts.items():
        marks.update({("standards", index, *path): mark for path, mark in part.marks.items()})
    return marks


def _relocated(finding: Finding, parts: dict[int, Document]) -> Finding:
    head, _dot, rest = finding.path.partition(".")
    number, _dot, inner = rest.partition(".")
    if head == "standards" and number.isdigit() and int(number) in parts:
        part = parts[int(number)]
        return Finding(part.file, finding.line, finding.column, inner, finding.problem, finding.remedy)
    return finding


def _standards(path: Path, document: Document) -> tuple[dict[int, Document], list[Finding]]:
    """The standards that stand in files of their own, by position; the others are inline."""
    listed = document.data.get("standards")
    parts: dict[int, Document] = {}
    findings: list[Finding] = []
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(entry, str):
            continue
        if Path(entry).name != entry or not entry.endswith((".yaml", ".yml")):
            problem = _("a standard's file must lie beside rubric.yaml")
            findings.append(document.finding(("standards", index), problem, _("write only its name, ending in .yaml")))
            continue
        try:
            parts[index] = read_file(path.parent / entry, str(Path(document.file).parent / entry))
        except Invalid as wrong:
            findings.extend(wrong.findings)
    return parts, findings


def library_files(root: Path) -> list[Path]:
    """Every library file under a rubrics folder, in a stable order; standards' files belong to their rubric.yaml."""
    groups: list[Callable[[], list[Path]]] = [
        lambda: [path for path in [root / "kinds.yaml"] if path.exists()],
        lambda: sorted(root.glob("scales/*.yaml")),
        lambda: sorted(root.glob("profiles/*.yaml")),
        lambda: sorted(root.glob("*/*/rubric.yaml")),
        lambda: sorted(root.glob("crosswalks/*.yaml")),
    ]
    return [path for group in groups for path in group()]
