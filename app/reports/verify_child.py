"""The process that reads a PDF somebody hands in and ends: limited in memory and time, without network.

Reads the file from standard input; writes what it found as JSON to standard output. A file that cannot be read ends it with one
word: encrypted, damaged, too_big, twice. Whatever a hostile file does to the libraries, it does it to this process only. It
judges nothing but the signature: `app.reports.verify` does.
"""

import base64
import json
import re
import sys
import zlib
from io import BytesIO
from typing import Any

from app.files import confined

MEMORY_BYTES = 1024**3
CPU_SECONDS = 30
MOST_PAGES = 1500
MOST_ATTACHMENTS = 10
MOST_ATTACHED = 5_000_000
"""Bytes of an attachment: what an assessment may have, see app.portable.read."""
PRINTED = re.compile(r"SHA-256\s+((?:[0-9a-f]{4}\s){3}[0-9a-f]{4})(?![0-9a-f])")
WHOLE = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]\s{0,2}){63}[0-9a-f](?![0-9a-f])")
"""A digest printed in full, over however many lines."""
COMPARES = re.compile(rb"-delta-[a-z]{2}-")
"""What only the identifier of a report on what changed has in it; see app.reports.service."""
HEAD = re.compile(PRINTED.pattern + r"\s+·\s+\w+\s+(\d+:\d+:)\s*((?:[0-9a-f]{4}\s+){3}[0-9a-f]{4})(?![0-9a-f])")
_REFUSED = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.bind",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
)


class Unreadable(Exception):  # noqa: N818 - as app.errors names them
    """The file cannot be read; the argument is the word for why."""


def _attachments(pdf: bytes) -> tuple[dict[str, bytes], bool]:
    """What is attached, by name, and whether the file calls itself a report on what changed."""
    import pikepdf  # noqa: PLC0415 - loaded under the limits

    found: dict[str, bytes] = {}
    compares = False
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            if document.is_encrypted:
                raise Unreadable("encrypted")
            if len(document.pages) > MOST_PAGES or len(document.attachments) > MOST_ATTACHMENTS:
                raise Unreadable("too_big")
            identifier = document.trailer.get("/ID")
            compares = identifier is not None and COMPARES.search(bytes(identifier[0])) is not None
            for spec in document.attachments.values():
                name = spec.filename
                if name in found:
                    raise Unreadable("twice")
                found[name] = _unpacked(spec.get_file().obj)
    except pikepdf.PasswordError as wrong:
        raise Unreadable("encrypted") from wrong
    return found, compares


def _unpacked(stream: Any) -> bytes:
    """The bytes of an attachment, packed as we and common programs pack them; no more of them than there may be."""
    packed: bytes = stream.read_raw_bytes()
    filters = str(stream.get("/Filter", ""))
    if not filters:
        plain = packed
    elif filters == "/FlateDecode" and "/DecodeParms" not in stream:
        plain = zlib.decompressobj().decompress(packed, MOST_ATTACHED + 1)
    else:
        raise Unreadable("damaged")
    if len(plain) > MOST_ATTACHED:
        raise Unreadable("too_big")
    return plain


def _printed(pdf: bytes) -> tuple[list[str], list[str], list[str]]:
    """The digests that pages print, shortened and in full, and the heads of the trail beside them."""
    import pypdfium2  # noqa: PLC0415 - loaded under the limits

    printed: list[str] = []
    heads: set[str] = set()
    whole: list[str] = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            text = page.get_textpage().get_text_range()
            printed += [re.sub(r"\s", "", one) for one in PRINTED.findall(text)]
            whole += [re.sub(r"\s", "", one) for one in WHOLE.findall(text)]
            heads |= {number + re.sub(r"\s", "", digest) for _assessment, number, digest in HEAD.findall(text)}
    finally:
        document.close()
    return printed, whole, sorted(heads)


def _read(pdf: bytes) -> dict[str, Any]:
    from app.reports.signature_reading import read_signature  # noqa: PLC0415 - loaded under the limits

    attached, compares = _attachments(pdf)
    printed, whole, heads = _printed(pdf)
    return {
        "attachments": {name: base64.b64encode(content).decode() for name, content in attached.items()},
        "compares": compares,
        "printed": printed,
        "whole": whole,
        "heads": heads,
        "signed": read_signature(pdf),
    }


def main() -> int:
    """Read the file; 0 when what it says was written."""
    confined.limit(MEMORY_BYTES, CPU_SECONDS)
    confined.refuse(*_REFUSED)
    try:
        found = json.dumps(_read(sys.stdin.buffer.read()))
    except Unreadable as failed:
        sys.stderr.write(str(failed))
        return 1
    except MemoryError:
        sys.stderr.write("too_big")
        return 1
    except BaseException:  # noqa: BLE001 - whatever a hostile file brings a library to, the file is what is wrong
        sys.stderr.write("damaged")
        return 1
    sys.stdout.write(found)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
