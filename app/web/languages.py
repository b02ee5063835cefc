"""Which of our languages a text is in, and marking it where that is not the language of its page, so that it is read out right.

What people write comes without its language, and a text that lacks the page's language is shown in another one. Letters,
endings and small words tell the three languages apart: a sixth of the letters of Kazakh are its own. What nothing tells is left.
"""

import re

_TAG = re.compile(r"(<[^>]*>)")
_ENTITY = re.compile(r"&#?\w+;")
_CYRILLIC, _LATIN = re.compile("[\u0400-\u04ff]+"), re.compile("[a-z_\u00df-\u024f]+")
_KAZAKH = re.compile("[әғқңөұүһі]")
_NEITHER = re.compile("[\u00df-\u024f]")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ENGLISH_WORDS = _words("the of and for to in is are with by on at from as an or not this that has have was were be it")
_KAZAKH_WORDS = _words("және мен бен пен үшін бойынша туралы емес немесе болып бар сол бола ма ба па")
_RUSSIAN_WORDS = _words("и в на с по для что из за или при как это во со к о у их его без быть между после свои где")
_RUSSIAN_ENDINGS = tuple(_words("ого его ому ать ить ение ения ются ется ный ная ное ные ных ость ости ский ские ских ами ках"))
_KAZAKH_SHARE = 0.06
"""From which share of Kazakh letters on a text is Kazakh: below are Russian texts with a Kazakh name in them."""
_UNMARKED = ("style", "title", "script")


def language_of(text: str, page: str) -> str | None:
    """The language of a text that is not in that of its page: "kk", "ru" or "en"; None when it is, or nothing in it tells."""
    if page == "en" and text.isascii():
        return None
    lower = text.lower()
    cyrillic, latin = _CYRILLIC.findall(lower), _LATIN.findall(lower)
    letters = sum(map(len, cyrillic))
    if letters > sum(map(len, latin)):
        found = _of_cyrillic(lower, cyrillic, letters, page)
    elif not _ENGLISH_WORDS.isdisjoint(latin) and not _NEITHER.search(lower):
        found = "en"
    else:
        return None
    return None if found == page else found


def _of_cyrillic(text: str, words: list[str], letters: int, page: str) -> str:
    """What tells nothing is in the language of its page; on an English page Russian, unless it has a Kazakh letter."""
    kazakh = len(_KAZAKH.findall(text))
    if kazakh >= _KAZAKH_SHARE * letters or not _KAZAKH_WORDS.isdisjoint(words):
        return "kk"
    if page == "ru" or not _RUSSIAN_WORDS.isdisjoint(words) or any(one.endswith(_RUSSIAN_ENDINGS) for one in words):
        return "ru"
    return page if page != "en" else "kk" if kazakh else "ru"


def marked(html: str, page: str) -> str:
    """The page with `lang` at every text of another language: at its element where that holds nothing else, or around it.

    An element that says its language already is believed. Only for what our templates write: attributes are escaped, and
    elements are closed.
    """
    pieces = _TAG.split(html)
    for place in range(2, len(pieces) - 1, 2):
        text, opening = pieces[place], pieces[place - 1]
        if text.isspace() or not text or opening[1:].startswith(_UNMARKED) or " lang=" in opening:
            continue
        language = language_of(_ENTITY.sub(" ", text) if "&" in text else text, page)
        if language is None:
            continue
        name = opening[1:].partition(" ")[0].rstrip(">")
        if pieces[place + 1] == f"</{name}>":
            pieces[place - 1] = f'{opening[:-1]} lang="{language}">'
        else:
            words = text.strip()
            before, _words, after = text.partition(words)
            pieces[place] = f'{before}<span lang="{language}">{words}</span>{after}'
    return "".join(pieces)
