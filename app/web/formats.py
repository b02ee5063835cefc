"""Numbers, dates and texts as people of a language write them. Only display rounds: one decimal, half away from zero."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context

from app.i18n import current
from app.i18n import gettext as _

NOTHING = "–"
"""What stands where a number does not exist. It is not zero."""
FIGURE_SPACE = "\u2007"


def rounded(value: Fraction | float, digits: int = 1) -> Decimal:
    """The value rounded half away from zero; fractions are rounded exactly, never by way of a float."""
    # A float is taken as it is written: 0.05 is one twentieth, not the binary number beside it.
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    scaled = abs(exact) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (Decimal(-whole) if exact < 0 else Decimal(whole)).scaleb(-digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def number(value: Fraction | float | None, digits: int = 1) -> str:
    """`48,3` or `48.3` by language; a dash for None."""
    if value is None:
        return NOTHING
    return _number(value, digits, current())


@lru_cache(maxsize=4096, typed=True)
def _number(value: Fraction | float, digits: int, language: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(rounded(value, digits), format=pattern, locale=language)


def signed(value: Fraction | float | None, digits: int = 1) -> str:
    """As `number`, with a plus or a real minus sign."""
    if value is None:
        return NOTHING
    shown = number(abs(Fraction(value)), digits)
    if rounded(value, digits) == 0:
        return shown
    return ("+" if value > 0 else "\u2212") + shown


def share(value: Fraction | None, digits: int = 0) -> str:
    """A share 0..1 in percent; a dash for None."""
    return NOTHING if value is None else number(value * 100, digits) + "\u00a0%"


def day(value: date | None) -> str:
    """The date in words of the language; a dash for None."""
    return NOTHING if value is None else format_date(value, format="long", locale=_locale())


def _locale() -> str:
    """The locale of dates: British English, because American dates put the month first."""
    return "en_GB" if current() == "en" else current()


def short_day(value: date | None) -> str:
    """The date in figures, 01.11.2026 or 2026-11-01 by language; a dash for None."""
    if value is None:
        return NOTHING
    return format_date(value, format="yyyy-MM-dd" if current() == "en" else "dd.MM.yyyy", locale=current())


def period(start: date | None, end: date | None) -> str:
    """From when to when something is valid; an open end is said in words, and a dash stands where there is no limit at all."""
    if start is not None and end is not None:
        return f"{short_day(start)} – {short_day(end)}"
    if start is not None:
        return _("from {day}").format(day=short_day(start))
    return NOTHING if end is None else _("until {day}").format(day=short_day(end))


@pass_context
def moment(context: Context, value: datetime | None) -> str:
    """Date and time to the minute in the installation's time zone; a dash for None."""
    if value is None:
        return NOTHING
    there = value.astimezone(ZoneInfo(context.get("timezone", "UTC")))
    return f"{format_date(there, format='medium', locale=_locale())}, {there:%H:%M}"


def country(code: str) -> str:
    """The name of a country in the language; the code itself where nobody has a name for it."""
    return str(Locale.parse(current()).territories.get(code.upper(), code))


def language(code: str) -> str:
    """The name of a language in the language; what was written itself where nobody has a name for it."""
    return str(Locale.parse(current()).languages.get(code.lower(), code))


def under(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The values whose names begin with the prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}


def paragraphs(text: str | None) -> list[list[str]]:
    """A person's text as paragraphs of lines. Figure spaces become spaces: in reports they hold the place of page numbers."""
    if not text:
        return []
    blocks = text.replace(FIGURE_SPACE, " ").replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    return [block.strip("\n").split("\n") for block in blocks if block.strip()]


def short_digest(digest: str, length: int = 16) -> str:
    """The first digits of a digest, in groups of four that a person can compare."""
    digits = digest.removeprefix("sha256:")[:length]
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def short_head(head: str) -> str:
    """The head of a trail, CHAIN:NUMBER:HASH, with the first digits of its hash in groups that a person can compare."""
    chain, number, digest = head.split(":")
    return f"{chain}:{number}:{short_digest(digest)}"


def listing(items: Iterable[str]) -> str:
    """Items joined by commas."""
    return ", ".join(items)


FILTERS = {
    "number": number,
    "signed": signed,
    "share": share,
    "day": day,
    "short_day": short_day,
    "period": period,
    "moment": moment,
    "country": country,
    "language": language,
    "under": under,
    "paragraphs": paragraphs,
    "short_digest": short_digest,
    "short_head": short_head,
    "listing": listing,
}
"""What templates of pages and reports format with."""
