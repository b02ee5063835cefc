"""The fonts of reports, and where they lie."""

from pathlib import Path

FONTS = Path(__file__).parent
