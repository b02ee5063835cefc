"""Text that was pasted from elsewhere, made plain: what cannot be seen goes, what is seen stays."""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""Controls, soft hyphens, marks of direction and spaces without width. Joiners stay: scripts and pictures need them."""
_LINE = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BULLET = re.compile(
    r"^([ \t]*)(?:[\u00b7\u2022\u2023\u2043\u25aa\u25ab\u25cf\u25e6\uf0a7\uf0b7\uf0fc\uf02d]|o(?=\t))[ \t]+", re.MULTILINE
)
"""What word processors put before an item of a list; some of it from a font that nobody else has."""
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def plain(text: str) -> str:
    """The text in composed letters (NFC), with ordinary spaces, line ends and bullets, without what nobody sees.

    Plain text stays as it is: doing it twice changes nothing.
    """
    lines = _LINE.sub("\n", text)
    seen = _SPACE.sub(" ", _UNSEEN.sub("", lines))
    return unicodedata.normalize("NFC", _TRAILING.sub("", _BULLET.sub(r"\1• ", seen)))
