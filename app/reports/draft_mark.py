"""The mark across every page of a draft: light enough to read through, and nothing to assistive technology.

On paper it stands in a box of the page's margin and is turned into its middle: what stands in margins is no content of the
document, so it is an artifact, and every part that is laid out apart has it. A browser knows no such boxes as yet: there it is a
line of the document that stays where it is on each page.
"""

from app.i18n import gettext as _

_WIDTH = 300
"""Millimetres of the box, wider than any word in it; its right edge is that of the left margin."""
_A4 = (210, 20)
_PHONE = (90, 6)


def printed(*, phone: bool = False) -> str:
    """The rules for paper, in the current language."""
    width, margin = _PHONE if phone else _A4
    letters = f'font: bold {40 if phone else 84}pt "Noto Sans"; letter-spacing: 1mm; white-space: nowrap; text-align: center;'
    mark = f'content: "{_("DRAFT")}"; width: {_WIDTH}mm; {letters} color: rgba(27, 42, 46, 0.07);'
    return (
        f"\n@page {{ @left-middle {{ {mark} {_turned(width, margin)} }} }}\n"
        f"@page cover {{ @left-middle {{ color: rgba(255, 255, 255, 0.14); {_turned(width, 0)} }} }}\n"
    )


def _turned(width: int, margin: int) -> str:
    """From the margin to the middle of the page, and rising to the right."""
    return f"transform: translateX({width / 2 - margin + _WIDTH / 2:g}mm) rotate(-52deg);"


SHOWN = """
.draft-mark { position: fixed; inset: 0; z-index: 1; margin: 0; overflow: hidden; pointer-events: none; text-align: center;
  font-size: 16vmin; font-weight: bold; line-height: 100vh; white-space: nowrap; color: rgba(27, 42, 46, 0.07);
  transform: rotate(-35deg); -webkit-print-color-adjust: exact; print-color-adjust: exact; }
"""
"""The rules for browsers, on the screen and when they print."""
