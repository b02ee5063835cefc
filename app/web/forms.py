"""Forms: what was typed, checked by a Pydantic model, with an error beside each field and nothing lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from starlette.datastructures import FormData

from app.i18n import gettext as _
from app.web.naming import Told
from app.web.pasting import plain

Model = TypeVar("Model", bound=BaseModel)


def empty_to_none(value: Any) -> Any:
    """A field left empty says nothing."""
    return None if isinstance(value, str) and not value.strip() else value


Number = Annotated[int, Field(ge=1, le=999_999_999)]
"""An id, as both engines store it."""
OptionalNumber = Annotated[Number | None, BeforeValidator(empty_to_none)]
LONGEST_ID = 9
"""Digits of the largest id that both engines store."""


def whole_number(value: Any) -> int | None:
    """The number that a field holds, as an id or a version; None for anything else."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID else None


def plain_lines(value: Any) -> Any:
    """A text of several lines as it is stored: what was pasted is made plain, and an empty text is None."""
    return empty_to_none(plain(value)) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Filled(Generic[Model]):
    """A form as it came: what was typed, the errors by field ("" for the form as a whole), and the model when there are none."""

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    value: Model | None = None

    def __getitem__(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, "")


def fill(model: type[Model], data: FormData | Mapping[str, Any]) -> Filled[Model]:
    """Check what was typed. A field with blanks alone is as good as empty."""
    typed = {name: value for name, value in data.items() if isinstance(value, str)}
    return check(model, typed, {name: value if value.strip() else "" for name, value in typed.items()})


def check(model: type[Model], typed: Mapping[str, str], given: Mapping[str, Any]) -> Filled[Model]:
    """As `fill`, where what the model is given was put together from several fields."""
    names = set(model.model_fields)
    try:
        return Filled(typed, {}, model.model_validate({name: value for name, value in given.items() if name in names}))
    except ValidationError as wrong:
        return Filled(typed, _errors(wrong))


def _errors(wrong: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        found.setdefault(name, _worded(error["type"], error.get("ctx", {})))
    return found


def _worded(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "sapa":
        return f"{context['problem']}: {context['remedy']}."
    if kind in ("missing", "string_too_short", "too_short"):
        return Told(_("Please fill this in."), _("Please fill in “{field}”."))
    if kind in ("string_too_long", "too_long"):
        most = str(context.get("max_length"))
        sentence, named = _("At most {limit} characters fit here."), _("“{field}”: at most {limit} characters fit here.")
        return Told(sentence.replace("{limit}", most), named.replace("{limit}", most))
    if kind in ("enum", "literal_error", "int_parsing", "greater_than_equal", "less_than_equal"):
        return Told(_("Please choose one of the answers offered."), _("“{field}”: please choose one of the answers offered."))
    return Told(_("This cannot be used here."), _("“{field}”: this cannot be used here."))


async def _form(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_form)]
"""The fields of the request's form, read once."""
