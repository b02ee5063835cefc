"""The process that draws a logo anew and ends: as limited as the one that draws previews, from which it takes its limits.

Reads a PNG or JPEG from standard input, its argument is the longest side allowed; writes a PNG on white to standard output.
"""

import io
import sys

from app.files import preview_child as limited

WIDTH, HEIGHT = 900, 400
"""Pixels on paper: 60 mm at 380 dots to the inch."""


def _drawn(content: bytes, most_side: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - imported under the limits

    picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
    if max(picture.size) > most_side:
        raise limited.Unshowable("too_big")
    _pages, whole = limited.of_picture(content, most_side)
    whole.thumbnail((WIDTH, HEIGHT))
    seen = whole.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    target = io.BytesIO()
    paper.save(target, "PNG", optimize=True)
    return target.getvalue()


def main() -> int:
    """Draw the logo; 0 when it was written."""
    most_side = int(sys.argv[1])
    limited.limit()
    try:
        limited.close_the_door()
        drawn = _drawn(sys.stdin.buffer.read(), most_side)
    except limited.Unshowable as failed:
        sys.stderr.write(str(failed))
        return 1
    except MemoryError:
        sys.stderr.write("too_big")
        return 1
    except Exception:  # noqa: BLE001 - whatever a hostile file brings a library to, the file is what is wrong
        sys.stderr.write("damaged")
        return 1
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
