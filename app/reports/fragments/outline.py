"""The outline of a file, from the bookmarks of its parts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.reports.fragments.fragment import Bookmark
from app.reports.fragments.writing import Writer, literal


@dataclass(slots=True)
class _Entry:
    title: str
    place: bytes
    closed: bool
    level: int
    number: int
    kids: list["_Entry"] = field(default_factory=list)

    def shown(self) -> int:
        """How many entries below this one are seen when it is open."""
        return len(self.kids) + sum(one.shown() for one in self.kids if not one.closed)


def put_outline(writer: Writer, bookmarks: Sequence[tuple[Bookmark, bytes]]) -> int:
    """Write the outline: each bookmark with its destination, below the last one of a higher level. The number of its root."""
    root = _Entry("", b"", closed=False, level=0, number=writer.take())
    above = [root]
    for one, place in bookmarks:
        while above[-1].level >= one.level:
            above.pop()
        made = _Entry(one.title, place, one.closed, one.level, writer.take())
        above[-1].kids.append(made)
        above.append(made)
    writer.put(root.number, b"<<%s/Count %d>>" % (_ends(root), root.shown()))
    _put_kids(writer, root)
    return root.number


def _put_kids(writer: Writer, above: _Entry) -> None:
    for place, one in enumerate(above.kids):
        count = -one.shown() if one.closed else one.shown()
        entries = b"/Title %s/Dest %s/Count %d/Parent %d 0 R" % (literal(one.title), one.place, count, above.number)
        if place:
            entries += b"/Prev %d 0 R" % above.kids[place - 1].number
        if place + 1 < len(above.kids):
            entries += b"/Next %d 0 R" % above.kids[place + 1].number
        writer.put(one.number, b"<<%s>>" % (entries + _ends(one)))
        _put_kids(writer, one)


def _ends(one: _Entry) -> bytes:
    return b"/First %d 0 R/Last %d 0 R" % (one.kids[0].number, one.kids[-1].number) if one.kids else b""
