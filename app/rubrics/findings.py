"""Pydantic's errors as findings: where in the file, what is wrong, what to do."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.i18n import ngettext
from app.rubrics.strict_yaml import Document, Path

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], document: Document, base: Path = ()) -> Model:
    """The document's data as a `model`. Raises Invalid with every finding, each at its line."""
    try:
        return model.model_validate(document.data)
    except ValidationError as wrong:
        raise Invalid([to_finding(error, document, model, base) for error in _telling(wrong)]) from wrong


def _telling(wrong: ValidationError) -> list[ErrorDetails]:
    """The errors worth telling: a list is also called too short when only its entries are wrong."""
    errors = wrong.errors(include_url=False)
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(other is not error and other["loc"][: len(error["loc"])] == error["loc"] for other in errors)
    ]


def to_finding(error: ErrorDetails, document: Document, model: type[BaseModel], base: Path = ()) -> Finding:
    """One pydantic error as a finding at the line of the value it speaks of."""
    path = (*base, *_written_path(error["loc"], document, base))
    problem, remedy = _worded(error, path, model)
    return document.finding(path, problem, remedy)


def _written_path(location: Sequence[int | str], document: Document, base: Path) -> Path:
    """The part of pydantic's location that stands in the file: it also names union members and validators."""
    path: Path = ()
    for part in location:
        if (*base, *path, part) in document.marks or part is location[-1]:
            path = (*path, part)
    # A key of the file may be called so too, and then it is what the finding speaks of.
    named = bool(path) and isinstance(path[-1], str) and ("[" in path[-1] or path[-1] in ("str", "int", "dict"))
    if named and (*base, *path) not in document.marks:
        return path[:-1]
    return path


def _worded(error: ErrorDetails, path: Path, model: type[BaseModel]) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "sapa":
        return str(context["problem"]), str(context["remedy"])
    if kind == "extra_forbidden":
        return _("unknown key “{key}”").format(key=path[-1]), _spelling(str(path[-1]), model)
    if kind == "missing":
        return _missing(path)
    if kind in ("too_short", "too_long"):
        return _length(path, context, error["input"])
    for name, worded in _WORDED.items():
        if kind.startswith(name):
            return worded(context)
    return _("this value does not fit here"), _("compare it with docs/rubric-format.md")


def _missing(path: Path) -> tuple[str, str]:
    if len(path) > 1 and path[-2] == "levels" and isinstance(path[-1], int):
        remedy = _("five descriptors are needed, for the levels 0 to 4: add it")
        return _("the descriptor of level {level} is missing").format(level=path[-1]), remedy
    return _("“{key}” is missing").format(key=path[-1]), _("add it")


def _length(path: Path, context: Mapping[str, Any], value: object) -> tuple[str, str]:
    if isinstance(value, str):
        if "min_length" in context:
            return _("the text is empty"), _("write it")
        return _("the text is longer than {limit} characters").format(limit=context.get("max_length")), _("shorten it")
    found = int(context.get("actual_length") or (len(value) if isinstance(value, (list, dict, tuple)) else 0))
    if path and path[-1] == "levels":
        return _("{found} descriptors, five are needed").format(found=found), _("write one for each of the levels 0 to 4")
    if "min_length" in context:
        least = int(context["min_length"])
        needed = ngettext("at least {number} entry is needed", "at least {number} entries are needed", least)
        return needed.format(number=least), _("add what is missing")
    most = int(context.get("max_length", 0))
    return _("more than {number} entries").format(number=most), _("remove what is too much")


def _spelling(key: str, model: type[BaseModel]) -> str:
    near = get_close_matches(key, sorted(_keys(model, set())), n=1)
    if near:
        return _("did you mean “{key}”? Otherwise remove it").format(key=near[0])
    return _("remove it")


def _keys(model: type[BaseModel], seen: set[type]) -> set[str]:
    """Every key that may stand anywhere in a file of this model."""
    found: set[str] = set()
    if model in seen:
        return found
    seen.add(model)
    for name, info in model.model_fields.items():
        found.add(info.alias or name)
        for inner in _models_in(info.annotation):
            found |= _keys(inner, seen)
    return found


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models_in(argument)]


def _choice(context: Mapping[str, Any]) -> tuple[str, str]:
    return _("this value is not allowed here"), _("use one of: {choices}").format(choices=context.get("expected", ""))


def _range(context: Mapping[str, Any]) -> tuple[str, str]:
    limit = next((context[name] for name in ("ge", "gt", "le", "lt") if name in context), "")
    least = "ge" in context or "gt" in context
    problem = _("the number is too small") if least else _("the number is too large")
    remedy = _("{limit} is the least").format(limit=limit) if least else _("{limit} is the most").format(limit=limit)
    return problem, remedy


_WORDED: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "string_pattern_mismatch": lambda _context: (
        _("this name contains letters that are not allowed"),
        _("use Latin letters, digits, dot, hyphen and underscore, at most 80, beginning with a letter or digit"),
    ),
    "string_too_short": lambda _context: (_("the text is empty"), _("write it")),
    "string_too_long": lambda context: (
        _("the text is longer than {limit} characters").format(limit=context.get("max_length")),
        _("shorten it"),
    ),
    "literal_error": _choice,
    "enum": _choice,
    "greater_than": _range,
    "less_than": _range,
    "int": lambda _context: (_("a whole number is needed here"), _("write it without quotes and without a decimal point")),
    "bool": lambda _context: (_("true or false is needed here"), _("write true or false, without quotes")),
    "string_type": lambda _context: (_("text is needed here"), _("put it in quotes")),
    "tuple_type": lambda _context: (_("a list is needed here"), _("begin each entry with a hyphen")),
    "list_type": lambda _context: (_("a list is needed here"), _("begin each entry with a hyphen")),
    "mapping_type": lambda _context: (_("a mapping is needed here"), _("write key: value, for example en: text")),
    "dict_type": lambda _context: (_("a mapping is needed here"), _("write key: value, for example en: text")),
    "model_type": lambda _context: (_("a mapping is needed here"), _("write key: value pairs")),
    "model_attributes_type": lambda _context: (_("a mapping is needed here"), _("write key: value pairs")),
}
