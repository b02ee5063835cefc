"""Reading a part's HTML, quicker than the renderer does for anybody's.

Our templates write what is HTML and well-formed XML at once, because a parser of XML that is written in C takes a twentieth of
the time; what is not well formed (a control character that somebody typed) is read as HTML. And the renderer's own style sheet
gives every element five notes and a list mark, which nobody sees: each costs as much as the style of the element. Its rules for
directions of writing, which no template of ours names, are tried with every element.
"""

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.html import UA
from weasyprint.urls import URLFetcher

BASE = "report:"
_NOTES = re.compile(r"(?m)^::(?:footnote|note)-\w+ *\{[^}]*\}\n")
_DIRECTIONS = re.compile(r"(?m)^.*\[dir\b.*\n")
_MARK = re.compile(r"(?m)^(?=::marker *\{)")


def read(html: str, fetcher: URLFetcher) -> HTML:
    """The document, as the renderer wants it."""
    try:
        # No entity is declared and none can be: ours is the document type, and what people wrote is escaped.
        root = ET.fromstring(html)  # noqa: S314 - the process is bound, and reads what our templates wrote
    except ET.ParseError:
        return HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    return _Document(root, fetcher)


class _Document(HTML):  # type: ignore[misc]  # the renderer has no types
    """What the renderer's own constructor makes of HTML, made of a tree that is there: semi-private."""

    def __init__(self, root: Any, fetcher: URLFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = BASE, fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_own_sheet()] if not forms else super()._ua_stylesheets(forms)


def own_css() -> str:
    """The renderer's own style sheet without notes and directions, and with marks for items of lists. Changed, it stays whole."""
    return _MARK.sub("li", _DIRECTIONS.sub("", _NOTES.sub("", UA)))


@cache
def _own_sheet() -> CSS:
    return CSS(string=own_css())
