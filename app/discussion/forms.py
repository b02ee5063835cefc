"""What people send: a remark, and whom they ask."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, StringConstraints

from app.rubrics.model import plain_text
from app.web.forms import OptionalNumber, plain_lines

LONGEST = 5000
Said = Annotated[
    str,
    BeforeValidator(plain_text),
    BeforeValidator(lambda value: plain_lines(value) or ""),
    StringConstraints(min_length=1, max_length=LONGEST),
]


class RemarkForm(BaseModel):
    """A remark; `ask` is the person who is asked besides those named in the text."""

    text: Said
    ask: OptionalNumber = None
