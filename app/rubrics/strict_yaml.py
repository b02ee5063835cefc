"""YAML 1.2 read strictly: what is written is what is meant, and every value remembers its line.

Refused: aliases and anchors (a 500-byte file can unfold to gigabytes), tags, duplicate keys, several documents, nesting
deeper than `MAX_DEPTH`, more than `MAX_NODES` values, files over the caller's limit. `no` is a word and `0777` is text;
`1.10` is a number, and is refused later where text is expected, because as a number it would be 1.1.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.errors import Finding, Invalid
from app.i18n import gettext as _

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 50_000
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
Path: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data, and where each value of it stands."""

    file: str
    data: Any
    marks: dict[Path, Mark]

    def finding(self, path: Path, problem: str, remedy: str) -> Finding:
        """A finding at the value under `path`, or at its nearest parent that stands in the file."""
        known = path
        while known and known not in self.marks:
            known = known[:-1]
        line, column = self.marks.get(known, (0, 0))
        return Finding(self.file, line, column, ".".join(str(part) for part in path), problem, remedy)


def decode(content: bytes, file: str, max_bytes: int = MAX_BYTES) -> str:
    """The file as text. Raises Invalid when it is too large, or not UTF-8."""
    if len(content) > max_bytes:
        problem = _("the file has {size} bytes, at most {limit} are read").format(size=len(content), limit=max_bytes)
        raise Invalid([Finding(file, 0, 0, "", problem, _("split it or leave out what is not needed"))])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        column = wrong.start - content.rfind(b"\n", 0, wrong.start)
        problem = _("the file is not UTF-8 text")
        raise Invalid([Finding(file, line, column, "", problem, _("save it with the encoding UTF-8"))]) from wrong


def read(content: bytes, file: str, max_bytes: int = MAX_BYTES) -> Document:
    """Read a YAML (or, by its ending, a JSON) file. Raises Invalid with every finding of this stage."""
    text = decode(content, file, max_bytes)
    builder = _Builder(file)
    if file.lower().endswith(".json"):
        return _read_json(text, file)
    return _build(builder, text)


def _build(builder: "_Builder", text: str) -> Document:
    try:
        # "safe", not "rt": the round-trip scanner marks the folds of a >- text with U+0007.
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        found = Finding(builder.file, line, column, "", _("this is not valid YAML"), _yaml_hint(wrong))
        raise Invalid([*builder.findings, found]) from wrong
    except (YAMLError, ValueError, OverflowError) as wrong:
        problem = _("the file contains characters that YAML does not allow")
        raise Invalid([Finding(builder.file, 0, 0, "", problem, _("remove control characters"))]) from wrong
    if builder.findings:
        raise Invalid(builder.findings)
    return Document(builder.file, builder.root, builder.marks)


def _yaml_hint(wrong: MarkedYAMLError) -> str:
    detail = str(wrong.problem or wrong.context or "").strip()
    return _("correct the syntax here ({detail}); texts with a colon need quotes").format(detail=detail)


def _read_json(text: str, file: str) -> Document:
    def unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                repeated.append(key)
            found[key] = value
        return found

    repeated: list[str] = []
    try:
        data = json.loads(text, object_pairs_hook=unique, parse_constant=_no_constant)
    except json.JSONDecodeError as wrong:
        found = Finding(file, wrong.lineno, wrong.colno, "", _("this is not valid JSON"), _("correct the syntax here"))
        raise Invalid([found]) from wrong
    except (RecursionError, ValueError) as wrong:
        found = Finding(file, 0, 0, "", _("the file is nested too deeply or holds a number beyond measure"), _("simplify it"))
        raise Invalid([found]) from wrong
    builder = _Builder(file)
    # JSON is close enough to YAML for the YAML reader to tell where each value stands, and to apply the same limits.
    try:
        document = _build(builder, text.replace("\t", " "))
    except Invalid as wrong_yaml:
        if builder.findings or repeated:
            raise Invalid(builder.findings or wrong_yaml.findings) from None
        return Document(file, data, {})
    return Document(file, data, document.marks)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being read."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None
    skip: bool = False


@dataclass(slots=True)
class _Builder:
    """Builds plain data from the parser's events with a stack of its own, so that depth cannot exhaust Python's."""

    file: str
    root: Any = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def take(self, event: events.Event) -> None:
        if isinstance(event, events.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(event, _("a second document begins here"), _("keep one document in one file"))
        elif isinstance(event, events.NodeEvent):
            self._take_node(event)
        elif isinstance(event, (events.MappingEndEvent, events.SequenceEndEvent)):
            self.stack.pop()

    def _take_node(self, event: events.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(event, _("more than {limit} values").format(limit=MAX_NODES), _("split the file"))
        if isinstance(event, events.AliasEvent):
            self._find(event, _("an alias (*) is not allowed"), _("write the value out"))
            self._place(event, None)
            return
        if getattr(event, "anchor", None):
            self._find(event, _("an anchor (&) is not allowed"), _("write the value out where it is needed"))
        if str(getattr(event, "tag", None) or "!") != "!":
            self._find(event, _("a tag (!) is not allowed"), _("remove the tag"))
        if isinstance(event, events.ScalarEvent):
            self._place(event, _scalar(event))
        else:
            self._open(event, {} if isinstance(event, events.MappingStartEvent) else [])

    def _open(self, event: events.Event, value: dict[str, Any] | list[Any]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._stop(event, _("nested deeper than {limit} levels").format(limit=MAX_DEPTH), _("flatten it"))
        self.stack.append(_Open(self._place(event, value), value))

    def _place(self, event: events.Event, value: Any) -> Path:
        """Put a value where it belongs and return its path; a mapping's key is kept until its value comes."""
        if not self.stack:
            self.root = value
            return self._mark(event, ())
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
            return self._mark(event, (*top.path, len(top.value) - 1))
        if top.key is None:
            return self._take_key(event, value, top)
        path = (*top.path, top.key)
        if not top.skip:
            top.value[top.key] = value
        top.key, top.skip = None, False
        return path

    def _take_key(self, event: events.Event, value: Any, top: _Open) -> Path:
        if isinstance(value, (dict, list)):
            self._stop(event, _("a key must be a plain word"), _("put the key in quotes"))
        # A key keeps its letters: `1.10:` names the clause 1.10 and `no:` the word no.
        key = event.value if isinstance(event, events.ScalarEvent) else ""
        path = (*top.path, key)
        if isinstance(top.value, dict) and key in top.value:
            self._find(event, _("the key “{key}” stands here twice").format(key=key), _("keep one of the two"))
            top.skip = True
        else:
            self._mark(event, path)
        top.key = key
        return path

    def _mark(self, event: events.Event, path: Path) -> Path:
        self.marks[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return path

    def _find(self, event: events.Event, problem: str, remedy: str) -> None:
        path = ".".join(str(part) for part in self.stack[-1].path) if self.stack else ""
        mark = event.start_mark
        self.findings.append(Finding(self.file, mark.line + 1, mark.column + 1, path, problem, remedy))

    def _stop(self, event: events.Event, problem: str, remedy: str) -> None:
        self._find(event, problem, remedy)
        raise Invalid(self.findings)


def _scalar(event: events.ScalarEvent) -> Any:
    """A value by YAML 1.2's core rules, without the octal, hexadecimal and special numbers nobody means here."""
    text = str(event.value)
    if event.style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not _leading_zero(text):
        return float(text)
    return text


def _leading_zero(text: str) -> bool:
    digits = text.lstrip("+-")
    return len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
