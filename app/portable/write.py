"""A portable assessment to YAML or JSON. Reading what was written gives the same assessment."""

import hashlib
import io
import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.portable.model import Portable
from app.rubrics.registry import canonical


def to_data(portable: Portable) -> dict[str, Any]:
    """JSON data with the file's keys; what was not said is left out."""
    data = portable.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for answer in data.get("answers", {}).values():
        cited = answer.get("evidence")
        if cited:
            answer["evidence"] = [one["id"] if set(one) == {"id"} else one for one in cited]
    return data


def to_json(portable: Portable) -> str:
    """Pretty JSON."""
    return json.dumps(to_data(portable), ensure_ascii=False, indent=2) + "\n"


def to_canonical(portable: Portable) -> str:
    """The one JSON text of this assessment, whose SHA-256 names it."""
    return canonical(to_data(portable))


def digest_of(portable: Portable) -> str:
    """`sha256:` and the SHA-256 of its canonical text."""
    return "sha256:" + hashlib.sha256(to_canonical(portable).encode()).hexdigest()


def to_yaml(portable: Portable) -> str:
    """YAML, in the file's order of keys."""
    writer = YAML(typ="rt", pure=True)
    writer.width = 140
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(_quoted(to_data(portable)), stream)
    return stream.getvalue()


def _quoted(value: Any) -> Any:
    """Quote what a reader by other rules could take for a number, a date or a truth value."""
    if isinstance(value, dict):
        return {key: _quoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_quoted(inner) for inner in value]
    if isinstance(value, str) and not _plainly_text(value):
        return DoubleQuotedScalarString(value)
    return value


def _plainly_text(value: str) -> bool:
    """Words that every YAML reader takes for text: letters first, and no line break, quote or control character inside."""
    return len(value) > len("false") and value[0].isalpha() and value.isprintable() and value == value.strip()
