"""What is typed on the page of the cover, and the contrast of its colour. Nothing is pre-filled but what was set."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from app.i18n import gettext as _
from app.web.forms import empty_to_none, plain_lines

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: white words on the colour, and the colour as words on white paper."""
LONGEST = 300
_KNEE, _LINEAR, _OFFSET, _SCALE, _POWER = 0.04045, 12.92, 0.055, 1.055, 2.4
_WEIGHTS = (0.2126, 0.7152, 0.0722)
_FLARE = 0.05


def contrast_with_white(colour: str) -> float:
    """The contrast of `#rrggbb` with white, 1 to 21 (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [one / _LINEAR if one <= _KNEE else ((one + _OFFSET) / _SCALE) ** _POWER for one in channels]
    return (1 + _FLARE) / (sum(weight * one for weight, one in zip(_WEIGHTS, linear, strict=True)) + _FLARE)


def _readable(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(_("Write a colour as # and six digits or letters a to f, for example #0b5d5a."))
    # Rounded down: what is shown as enough is enough.
    contrast = int(contrast_with_white(colour) * 10) / 10
    if contrast_with_white(colour) < LEAST_CONTRAST:
        told = _(
            "White words cannot be read well enough on {colour}: the contrast is {contrast}, at least {least} is needed. "
            "Choose a darker colour."
        )
        raise ValueError(told.format(colour=colour, contrast=contrast, least=LEAST_CONTRAST))
    return colour.lower()


Colour = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20), AfterValidator(_readable)]
Words = Annotated[Annotated[str, StringConstraints(max_length=LONGEST)] | None, BeforeValidator(plain_lines)]


class CoverForm(BaseModel):
    """The colour and the words of a cover in each language; what is empty is not there."""

    model_config = ConfigDict(extra="ignore")

    colour: Annotated[Colour | None, BeforeValidator(empty_to_none)] = None
    words_kk: Words = None
    words_ru: Words = None
    words_en: Words = None
    without_logo: bool = False

    def words(self) -> dict[str, str]:
        """The words by language."""
        said = {"kk": self.words_kk, "ru": self.words_ru, "en": self.words_en}
        return {language: text for language, text in said.items() if text}
