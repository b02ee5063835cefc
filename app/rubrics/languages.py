"""What can be seen mechanically to be wrong with a text in one of its languages, or between two of them."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from app.i18n import gettext as _

NAME_WORDS = 3
"""A text of so few words may be the same in two languages: a name, an abbreviation."""
LONG_TEXT = 70
"""From this many characters on, a Kazakh text without one of Kazakh's own letters is not Kazakh."""
LEAST_PART, MOST_PART = 0.5, 2.0
"""A translation much shorter or longer than its source, in characters, has lost or gained something."""
COMPARED = 60
"""Shorter texts are not compared by length: a word may be three times as long elsewhere."""
_KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_KAZAKH_ONLY = frozenset("әғқңөұүһӘҒҚҢӨҰҮҺ")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN, _CYRILLIC = re.compile(r"[A-Za-z]"), re.compile(r"[\u0400-\u04ff]")
_GLOSSARY: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "kk": (
        (re.compile(r"\bкритери\w*", re.IGNORECASE), "өлшемшарт"),
        (re.compile(r"(?<!біліктілік )(?<!біліктіліктер )\bшеңбер\w*(?! біліктілік)", re.IGNORECASE), "стандарттар жиынтығы"),
        (re.compile(r"\bакадемиялық оралымдылық\w*", re.IGNORECASE), "академиялық ұтқырлық"),
        (re.compile(r"\bекі диплом(?:ды|дық)\b", re.IGNORECASE), "қос дипломды"),
    ),
    "ru": ((re.compile(r"\bдвухдипломн\w*", re.IGNORECASE), "двудипломный"),),
}
"""What the glossary does not allow, and the term it asks for."""

Wrong = tuple[str, str, str]
"""Language, problem, remedy."""


def wrong_with(text: Mapping[str, str]) -> Iterator[Wrong]:
    """Everything wrong with a text in its languages."""
    for language, words in text.items():
        yield from _alphabet(language, words)
        for pattern, term in _GLOSSARY.get(language, ()):
            if found := pattern.search(words):
                problem = _("“{word}” is not the glossary's term").format(word=found.group())
                yield language, problem, _("write “{term}”").format(term=term)
    yield from _between(text)


def _alphabet(language: str, words: str) -> Iterator[Wrong]:
    for word in _WORD.findall(words):
        if _LATIN.search(word) and _CYRILLIC.search(word):
            problem = _("“{word}” mixes Latin and Cyrillic letters").format(word=word)
            yield language, problem, _("type the word anew in one alphabet")
    if language == "kk" and len(words) > LONG_TEXT and not _KAZAKH & set(words):
        yield language, _("a long text without a single letter of Kazakh's own"), _("write it in Kazakh")
    if language == "ru" and (found := _KAZAKH_ONLY & set(words)):
        problem = _("a Russian text with the Kazakh letter “{letter}”").format(letter=min(found))
        yield language, problem, _("write it in Russian")


def _between(text: Mapping[str, str]) -> Iterator[Wrong]:
    for first, second in combinations(sorted(text), 2):
        if text[first] == text[second] and len(_WORD.findall(text[first])) > NAME_WORDS:
            problem = _("the text in {first} repeats the one in {second}").format(first=first, second=second)
            yield first, problem, _("translate it")
    source = text.get("en")
    if source is None or len(source) < COMPARED:
        return
    for language, words in text.items():
        if not LEAST_PART <= len(words) / len(source) <= MOST_PART:
            problem = _("{found} characters against {source} in English").format(found=len(words), source=len(source))
            yield language, problem, _("see whether something was lost or added")
