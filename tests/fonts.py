"""Makes the fonts of the PDF from Debian's fonts-noto-core: the letters we write with, and signs Noto Sans lacks.

Noto Sans has no arrows, squares or mathematical signs; they come from its sisters, so that a report never falls back to
whatever font a machine happens to have. Run as `python -m tests.fonts` after `apt-get install fonts-noto-core`.
"""

from pathlib import Path

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/truetype/noto")
TARGET = Path(__file__).resolve().parents[1] / "app" / "reports" / "fonts"
STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
# Latin with its extensions, combining marks, Cyrillic with Kazakh, punctuation, currencies, letter-like signs.
RANGES = ((0x20, 0x24F), (0x2B0, 0x36F), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x20CF), (0x2100, 0x218F))
SIGNS = {"NotoSansMath-Regular.ttf": "←↑→↓↗↘−≈≠≤≥", "NotoSansSymbols2-Regular.ttf": "■□▪▫▲△▼▽◆◇○●✓✗"}
FEATURES = ["*"]
"""All of them: figures of one width, fractions, marks."""


def make(style: str) -> None:
    """Write one style."""
    font = TTFont(SOURCE / f"NotoSans-{style}.ttf", recalcTimestamp=False)
    options = Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, glyph_names=True, drop_tables=["DSIG"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    for source, signs in SIGNS.items():
        add(font, TTFont(SOURCE / source), signs)
    font.save(TARGET / f"NotoSans-{style}.ttf")


def add(font: TTFont, other: TTFont, signs: str) -> None:
    """Draw the signs of another font of the same scale into this one, where it has none."""
    if font["head"].unitsPerEm != other["head"].unitsPerEm:
        message = "the fonts are drawn on different scales"
        raise ValueError(message)
    names, glyphs = other.getBestCmap(), other.getGlyphSet()
    for code in map(ord, signs):
        if code in font.getBestCmap():
            continue
        name, recorded, drawn = f"uni{code:04X}", DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[names[code]].draw(recorded)
        recorded.replay(drawn)
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphs[name] = drawn.glyph()
        font["glyf"].glyphOrder = font.getGlyphOrder()
        font["hmtx"][name] = other["hmtx"][names[code]]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name


if __name__ == "__main__":
    for each in STYLES:
        make(each)
