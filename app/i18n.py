"""The language in force: a context variable, so that errors raised deep inside speak the reader's language."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

LANGUAGES = ("kk", "ru", "en")
DEFAULT = "en"
_LOCALE_DIR = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


@cache
def translations(language: str) -> NullTranslations:
    """The compiled catalogue of a language; English stands in for a language we do not have."""
    return Translations.load(str(_LOCALE_DIR), [language])


def current() -> str:
    """The language in force: one of `LANGUAGES`."""
    return _current.get()


@contextmanager
def use(language: str) -> Iterator[None]:
    """Speak `language` inside the block."""
    token = _current.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str) -> str:
    """The message in the language in force."""
    return str(translations(current()).ugettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message in the language in force, in the form its plural rules ask for."""
    return str(translations(current()).ungettext(singular, plural, number))


def pgettext(context: str, message: str) -> str:
    """As `gettext`, for a message whose translation depends on where it stands."""
    return str(translations(current()).upgettext(context, message))
