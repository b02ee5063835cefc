"""The catalogues of translations: `messages.pot` follows the code; kk, ru and en follow `messages.pot`.

`./run messages` renews them; `./run check` refuses what is out of date, missing or fuzzy.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "app" / "locale"
TEMPLATE = LOCALE / "messages.pot"
LANGUAGES = ("kk", "ru", "en")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def extracted() -> Catalog:
    """The messages that stand in code and templates now, without line numbers, which change with every edit."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)  # type: ignore[no-untyped-call] # Babel leaves it untyped
    catalogue = Catalog(project="Sapa", charset="utf-8", header_comment="# Texts of Sapa.")
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_wanted)
    for name, _line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalogue


def _wanted(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in ("node_modules", "tests", "bench", "out", "var", "static", "locale")


def as_text(catalogue: Catalog) -> str:
    """The catalogue as a file, without dates."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=120, omit_header=True, sort_output=False)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    if catalogue.locale is not None:
        header += f'"Language: {catalogue.locale}\\n"\n"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    return header + "\n" + stream.getvalue().decode()


def path_of(language: str) -> Path:
    """A language's catalogue."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's catalogue; empty when there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update() -> None:
    """Renew the template and the catalogues; English says what the code says."""
    template = extracted()
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_text(as_text(template), encoding="utf-8")
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if language == "en":
            for message in catalogue:
                if message.id:
                    message.string = message.id if isinstance(message.id, str) else tuple(message.id)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_text(as_text(catalogue), encoding="utf-8")
        with path_of(language).with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def problems() -> list[str]:
    """What is wrong with the catalogues; empty when all is well."""
    found = []
    if not TEMPLATE.exists() or TEMPLATE.read_text(encoding="utf-8") != as_text(extracted()):
        found.append("messages.pot is out of date: run ./run messages")
    for language in LANGUAGES:
        catalogue = read(language)
        known = {(message.id, message.context) for message in catalogue if message.id}
        found += [f"{language}: missing: {m.id!r}" for m in extracted() if m.id and (m.id, m.context) not in known]
        for message in catalogue:
            if message.id:
                found += [f"{language}: {told}: {message.id!r}" for told in _wrong(message, catalogue)]
    return found


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _words(text: str) -> list[str]:
    """The Latin words of a text beside its placeholders."""
    return re.findall(r"[A-Za-z]{3,}", re.sub(r"%\(\w+\)s|\{\w+\}", "", text))


def _wrong(message: Message, catalogue: Catalog) -> list[str]:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if not all(isinstance(string, str) and string for string in strings):
        return ["untranslated"]
    told = ["fuzzy"] if message.fuzzy else []
    if str(catalogue.locale) != "en" and any(string in _ids(message) and _words(str(string)) for string in strings):
        told.append("repeats the English")
    return told + [str(error) for error in message.check(catalogue)]


if __name__ == "__main__":
    if "--check" in sys.argv:
        wrong = problems()
        sys.stdout.write("\n".join(wrong[:50]) + ("\n" if wrong else ""))
        sys.exit(1 if wrong else 0)
    update()
