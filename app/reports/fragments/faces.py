"""The fonts of a file: one copy of each, with the glyphs of all parts. Pure but for reading our font files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import uharfbuzz as harfbuzz

from app.reports.fonts import FONTS
from app.reports.fragments.fragment import Face
from app.reports.fragments.writing import Writer, literal

_BATCH = 100
_LAYOUT = tuple(int.from_bytes(name, "big") for name in (b"GSUB", b"GPOS", b"GDEF"))
_KEPT = harfbuzz.SubsetFlags.RETAIN_GIDS | harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def put_fonts(writer: Writer, number: int, used: Iterable[Mapping[str, Face]]) -> None:
    """Write every font that some part uses, and under `number` what names them all."""
    together: dict[str, Face] = {}
    for faces in used:
        for name, face in faces.items():
            before = together.get(name, face)
            together[name] = replace(before, widths={**face.widths, **before.widths}, texts={**face.texts, **before.texts})
    glyphs: dict[str, set[int]] = {}
    for face in together.values():
        glyphs.setdefault(face.file, set()).update(face.widths)
    files = {file: writer.take() for file in sorted(glyphs)}
    for file, own in files.items():
        content = _lean(file, glyphs[file])
        writer.put_stream(own, b"/Length1 %d" % len(content), content)
    named = [b"/%s %d 0 R" % (name.encode(), _put(writer, face, files[face.file])) for name, face in sorted(together.items())]
    writer.put(number, b"<<%s>>" % b"".join(named))


def _lean(file: str, glyphs: Iterable[int]) -> bytes:
    """Our font with these glyphs only, under their numbers, and without what lays text out. The same bytes at any time."""
    wanted = harfbuzz.SubsetInput()
    wanted.flags = _KEPT
    wanted.sets(harfbuzz.SubsetInputSets.GLYPH_INDEX).update(glyphs)
    wanted.sets(harfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(_LAYOUT)
    return bytes(harfbuzz.subset(harfbuzz.Face((FONTS / file).read_bytes()), wanted).blob.data)


def _put(writer: Writer, face: Face, file: int) -> int:
    texts = writer.take()
    writer.put_stream(texts, b"", _texts(face).encode(), loose=True)
    name = face.name.encode()
    fixed = len(face.widths) > 1 and len(set(face.widths.values())) == 1
    box = b"[0 %d %d %d]" % (face.descent, max(face.widths.values(), default=0), face.ascent)
    said = b"/FontName %s/FontFamily %s/Flags %d/FontBBox %s" % (name, literal(face.family), face.flags + fixed, box)
    shape = (face.italic_angle, face.ascent, face.descent, face.ascent, *face.stem)
    said += b"/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d/StemV %d/StemH %d" % shape
    described = writer.add(b"<</Type /FontDescriptor%s/FontFile2 %d 0 R>>" % (said, file))
    system = b"<</Registry (Adobe)/Ordering (Identity)/Supplement 0>>"
    below = (
        b"<</Type /Font/Subtype /CIDFontType2/BaseFont %s/CIDSystemInfo %s/CIDToGIDMap /Identity/W [%s]/FontDescriptor %d 0 R>>"
    )
    descendant = writer.add(below % (name, system, _widths(face.widths), described))
    above = b"<</Type /Font/Subtype /Type0/BaseFont %s/ToUnicode %d 0 R/Encoding /Identity-H/DescendantFonts [%d 0 R]>>"
    return writer.add(above % (name, texts, descendant))


def _widths(widths: Mapping[int, int]) -> bytes:
    """Runs of glyphs that follow each other: the first one, then the widths of all."""
    runs = groupby(enumerate(sorted(widths)), key=lambda one: one[1] - one[0])
    return b" ".join(_run([glyph for _place, glyph in run], widths) for _key, run in runs)


def _run(glyphs: Sequence[int], widths: Mapping[int, int]) -> bytes:
    return b"%d [%s]" % (glyphs[0], b" ".join(b"%d" % widths[one] for one in glyphs))


def _texts(face: Face) -> str:
    """What the glyphs mean, so that text can be copied and read out."""
    lines = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(face.texts.items())]
    batches = [lines[begun : begun + _BATCH] for begun in range(0, len(lines), _BATCH)]
    middle = [f"{len(batch)} beginbfchar\n" + "\n".join(batch) + "\nendbfchar" for batch in batches]
    return "\n".join([_HEAD, *middle, _TAIL])
