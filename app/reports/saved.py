"""A report as one file that opens anywhere, for ever: fonts inside, nothing asked of any server, nothing that runs."""

import base64
import hashlib
import re
from functools import cache

from app.web.templates import STATIC, TEMPLATES

_FONTS = STATIC / "vendor" / "fonts"
_SUBSETS = ("cyrillic-ext", "cyrillic", "latin-ext", "latin")
_RANGES = {
    "cyrillic-ext": "U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+1E00-1E9F,U+20A0-20AB,U+2C60-2C7F,U+A720-A7FF",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,"
    "U+25A0-25FF",
}
_FACES = (("400", "normal"), ("700", "normal"), ("400", "italic"))


@cache
def style() -> str:
    """The reports' style sheet with the fonts inside instead of beside it."""
    css = (TEMPLATES / "reports" / "report.css").read_text(encoding="utf-8")
    faces = "".join(_face(weight, slant, subset) for weight, slant in _FACES for subset in _SUBSETS)
    return faces + re.sub(r"@font-face \{[^}]*\}\n?", "", css)


def _face(weight: str, slant: str, subset: str) -> str:
    # Latin letters beyond Western Europe are 55 kB a face: names of partners have them, slanted ones are set from the upright.
    if subset == "latin-ext" and slant == "italic":
        return ""
    data = base64.b64encode((_FONTS / f"noto-sans-{subset}-{weight}-{slant}.woff2").read_bytes()).decode()
    return (
        f'@font-face{{font-family:"Noto Sans";font-weight:{weight};font-style:{slant};unicode-range:{_RANGES[subset]};'
        f"src:url(data:font/woff2;base64,{data})}}\n"
    )


def policy(css: str) -> str:
    """What a browser may do with the file: use this one style sheet, fonts and pictures from inside; nothing else."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
