"""Errors name the field they are about as the page labels it: beside the field, and in the summary above the form.

The summary stands before the fields on the page, so a label is not known yet when it is written. What it says is completed
from the page itself, whose labels are then all there.
"""

import re
from typing import Any, Self

from markupsafe import Markup

FIELD = "{field}"
_LINK = re.compile(r'<a href="#([^"]+)" data-told="([^"]*)">(.*?)</a>')
_LABEL = re.compile(r'<label [^>]*\bfor="([^"]+)"[^>]*>(.*?)</label>', re.DOTALL)
_LEGEND = re.compile(r'<fieldset [^>]*\bid="([^"]+)"[^>]*>\s*<legend[^>]*>(.*?)</legend>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Told(str):
    """What is told of a field: a sentence for where its label is not known, and one with `{field}` in the label's place."""

    __slots__ = ("about",)
    about: str

    def __new__(cls, sentence: str, about: str) -> Self:
        """The sentence, which can name its field."""
        made = super().__new__(cls, sentence)
        made.about = about
        return made


def naming(told: str, label: Any) -> str:
    """The sentence beside a field with this label."""
    if not isinstance(told, Told):
        return told
    return told.about.replace(FIELD, _plain(Markup.escape(label)).unescape())


def about(told: str) -> str:
    """The sentence that a summary completes; empty when it says all already."""
    return told.about if isinstance(told, Told) else ""


def complete(html: str) -> str:
    """The page with its summary's sentences naming the fields."""
    if "data-told=" not in html:
        return html
    labels = {**dict(_LEGEND.findall(html)), **dict(_LABEL.findall(html))}

    def link(found: re.Match[str]) -> str:
        name, sentence, plain = found.groups()
        text = sentence.replace(FIELD, _plain(labels[name])) if name in labels else plain
        return f'<a href="#{name}">{text}</a>'

    return _LINK.sub(link, html)


def _plain(label: str) -> Markup:
    """A label without markup, and without what stands behind it: a colon."""
    return Markup(" ".join(_TAG.sub("", label).split()).rstrip(":"))  # noqa: S704 - it was escaped where the page was made
