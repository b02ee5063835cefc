"""The process that makes a picture of one page of a file and ends: limited in memory and time, without network.

Reads the file from standard input; its arguments are the media type, the page (from 1) and the width wanted. Writes one line of
JSON (pages, width, height) and the picture, drawn anew as WebP, to standard output. A file that cannot be shown ends it with one
word: encrypted, damaged, too_big, no_such_page. Whatever a hostile file does to the libraries, it does it to this process only.
"""

import importlib
import io
import json
import sys
import warnings
from typing import Any

from app.files import confined

MEMORY_BYTES = 1024**3
CPU_SECONDS = 9
MOST_PIXELS = 40_000_000
"""Of a picture that is unfolded; four bytes each."""
TALLEST = 3
"""Times the width that is wanted: a page that is longer is made smaller."""
_REFUSED = ("socket.", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "open")


class Unshowable(Exception):  # noqa: N818 - as app.errors names them
    """The file cannot be shown; the argument is the word for why."""


def limit() -> None:
    """Bound this process: memory, time, no files."""
    confined.limit(MEMORY_BYTES, CPU_SECONDS)


def close_the_door() -> None:
    """Load what is needed, then let nothing be opened any more."""
    for name in ("pypdfium2", "pypdfium2.raw", "PIL.ImageOps"):
        importlib.import_module(name)
    from PIL import Image  # noqa: PLC0415 - imported under the limits

    Image.init()
    confined.refuse(*_REFUSED)


def _of_pdf(content: bytes, number: int, width: int) -> tuple[int, Any]:
    import pypdfium2  # noqa: PLC0415 - imported under the limits
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - as above

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as failed:
        protected = getattr(failed, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        word = "encrypted" if protected else "damaged"
        raise Unshowable(word) from failed
    pages = len(document)
    if pages < 1:
        raise Unshowable("damaged")
    if number > pages:
        raise Unshowable("no_such_page")
    try:
        page = document[number - 1]
        wide, high = page.get_size()
        if not (wide > 0 and high > 0):
            raise Unshowable("damaged")
        scale = min(width / wide, TALLEST * width / high)
        return pages, page.render(scale=scale, may_draw_forms=False).to_pil()
    except pypdfium2.PdfiumError as failed:
        raise Unshowable("damaged") from failed


def of_picture(content: bytes, width: int) -> tuple[int, Any]:
    """One page, and the picture itself. Raises Unshowable."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - imported under the limits

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    # A warning at this size is an error at twice of it; both are too big for us.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
        # Only the first picture of several; nothing is played.
        picture.draft("RGB", (2 * width, 2 * width))
        picture.load()
        return 1, ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as failed:
        raise Unshowable("too_big") from failed
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, EOFError) as failed:
        raise Unshowable("damaged") from failed


def _drawn(picture: Any, width: int) -> tuple[int, int, bytes]:
    """The picture in our own colours and size, with nothing of what the file said besides it."""
    from PIL import Image  # noqa: PLC0415 - imported under the limits

    picture.thumbnail((width, TALLEST * width))
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    target = io.BytesIO()
    paper.save(target, "WEBP", quality=80, method=2)
    return paper.width, paper.height, target.getvalue()


def main() -> int:
    """Make the picture; 0 when it was written."""
    media_type, number, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    limit()
    try:
        close_the_door()
        content = sys.stdin.buffer.read()
        if media_type == "application/pdf":
            pages, picture = _of_pdf(content, number, width)
        elif number == 1:
            pages, picture = of_picture(content, width)
        else:
            raise Unshowable("no_such_page")  # noqa: TRY301 - said in one place
        wide, high, drawn = _drawn(picture, width)
    except Unshowable as failed:
        sys.stderr.write(str(failed))
        return 1
    except MemoryError:
        sys.stderr.write("too_big")
        return 1
    except Exception:  # noqa: BLE001 - whatever a hostile file brings a library to, the file is what is wrong
        sys.stderr.write("damaged")
        return 1
    sys.stdout.buffer.write(json.dumps({"pages": pages, "width": wide, "height": high}).encode() + b"\n" + drawn)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
