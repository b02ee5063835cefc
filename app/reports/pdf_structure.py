"""The structure of a PDF as assistive technology reads it, put right where the renderer leaves it wrong.

WeasyPrint tags running heads and feet as content that hangs nowhere, decorative pictures as figures without a text, a link that
floats out of its line as a span, a table of contents as a list, and leaves out the scope of a table's heads and the language
of a text. Works on the objects before they are written (WeasyPrint's `finisher`); their shape is semi-private and pinned by the
locked version, so what is not found raises.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pydyf

from app.reports.line_ends import JOINER

SVG = "{http://www.w3.org/2000/svg}"
DECORATION = "decoration"
"""The title by which a decorative picture is known again among the figures."""


class StructureNotFound(Exception):  # noqa: N818 - errors are sentences here
    """The renderer's structure is not what this was made for."""


def name_pictures(root: Any) -> None:
    """Pictures' names as they are read out: without joiners, and for hidden ones that by which `finish` knows them."""
    for title in root.iter(f"{SVG}title"):
        title.text = (title.text or "").replace(JOINER, "")
    for picture in root.iter(f"{SVG}svg"):
        if picture.get("aria-hidden") == "true":
            title = picture.makeelement(f"{SVG}title", {})
            title.text = DECORATION
            picture.insert(0, title)


Spoken = list[dict[int, str]]
"""Of each page, the language of those pieces of content, by their numbers, that are in another one than the document."""


def heard(document: Any) -> Spoken:
    """Filled while the document is painted: `finish` then says at each text in which other language it is."""
    found: Spoken = [{} for _page in document.pages]
    for page, noted in zip(document.pages, found, strict=True):
        page.paint = partial(_paint, page.paint, noted, document.metadata.lang)
    return found


def _paint(paint: Callable[..., None], noted: dict[int, str], whole: str, stream: Any, scale: float = 1) -> None:
    paint(stream, scale)
    for box, mark in stream._tags.items():  # noqa: SLF001 - of the renderer
        if box.style["lang"] not in (None, whole):
            noted[mark["mcid"]] = box.style["lang"]


def finish(_document: Any, pdf: Any, *, spoken: Spoken, spare: int = 0) -> None:
    """Put the structure right. `spare` objects that nobody reads change what is compressed. Raises StructureNotFound."""
    structure = _Structure(pdf)
    structure.say(spoken)
    structure.mend()
    for number in range(spare):
        pdf.add_object(pydyf.Dictionary({"Spare": number}))
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.compress and _last_byte(one) == ord("\r"):
            one.compress = False


def _last_byte(stream: Any) -> int:
    """The last byte of what the stream is compressed to: the low one of its checksum (RFC 1950)."""
    plain = pydyf.Stream(stream.stream, {}).data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
    return zlib.adler32(plain) & 0xFF


class _Structure:
    def __init__(self, pdf: Any) -> None:
        self.objects = {one.reference: one for one in pdf.objects if one.number is not None}
        self.pages = [self._at(one) for one in pdf.page_references]
        root = self._at(pdf.catalog.get("StructTreeRoot"))
        self.top = self._at(root["K"][0])
        numbers = self._at(root["ParentTree"])["Nums"]
        self.content = dict(zip(numbers[::2], numbers[1::2], strict=True))

    def _at(self, reference: Any) -> Any:
        found = self.objects.get(reference)
        if found is None:
            message = f"no object at {reference!r}"
            raise StructureNotFound(message)
        return found

    def say(self, spoken: Spoken) -> None:
        """The language of each piece of content at the element that owns it."""
        for number, noted in enumerate(spoken):
            for mcid, language in noted.items():
                self._at(self.content[number][mcid])["Lang"] = pydyf.String(language)

    def mend(self) -> None:
        linked = list(self._below(self.top))
        decorations = [one for one in linked if one["S"] == "/Figure" and _text(one.get("Alt")) == DECORATION]
        for one in linked:
            self._scope(one)
            self._contents(one)
            self._link(one)
        for one in decorations:
            self._at(one["P"])["K"].remove(one.reference)
        reached = {one.reference for one in linked} - {one.reference for one in decorations}
        for number, page in enumerate(self.pages):
            self._artifacts(page, self.content[number], reached, {one.reference for one in decorations})

    def _below(self, element: Any) -> Iterator[Any]:
        yield element
        for kid in element["K"]:
            if isinstance(kid, bytes) and (found := self._at(kid)).get("Type") == "/StructElem":
                yield from self._below(found)

    def _scope(self, element: Any) -> None:
        """A head in the head of the table is one of its column, any other one of its row."""
        if element["S"] == "/TH":
            group = self._at(self._at(element["P"])["P"])
            element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"

    def _contents(self, element: Any) -> None:
        """A list in a `nav`, which the renderer knows no tag for, is a table of contents, and its items are references."""
        if element["S"] != "/L" or self._at(element["P"])["S"] != "/NonStruct":
            return
        element["S"] = "/TOC"
        for item in map(self._at, element["K"]):
            item["S"] = "/TOCI"
            for body in map(self._at, item["K"]):
                body["S"] = "/Reference"

    def _link(self, element: Any) -> None:
        """What holds a link's annotation is a link, beside the one whose line it left."""
        holds = any(isinstance(kid, bytes) and self._at(kid).get("Type") == "/OBJR" for kid in element["K"])
        if not holds or element["S"] in ("/Link", "/Form"):
            return
        element["S"] = "/Link"
        parent = self._at(element["P"])
        if parent["S"] == "/Link":
            above = self._at(parent["P"])
            parent["K"].remove(element.reference)
            above["K"].insert(above["K"].index(parent.reference) + 1, element.reference)
            element["P"] = above.reference

    def _artifacts(self, page: Any, owners: Any, reached: set[bytes], decorations: set[bytes]) -> None:
        """Content that the tree does not reach is no content: what runs along the page, and decoration."""
        stray = {mcid: owner for mcid, owner in enumerate(owners) if owner not in reached}
        if not stray:
            return
        stream, seen = self._at(page["Contents"]).stream, 0
        for place in range(1, len(stream) - 1):
            said = stream[place]
            if stream[place + 1] == b"BDC" and isinstance(said, dict) and said.get("MCID") in stray:
                stream[place - 1], mcid = "/Artifact", said.pop("MCID")
                if stray[mcid] not in decorations:
                    said["Type"] = "/Pagination"
                owners[mcid], seen = b"null", seen + 1
        if seen != len(stray):
            message = f"{len(stray)} stray pieces of content, {seen} found"
            raise StructureNotFound(message)


def _text(value: Any) -> str:
    return str(getattr(value, "string", value))
