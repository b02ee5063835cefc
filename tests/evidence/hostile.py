"""Files that have brought programs down: made here, small on disk."""

import io
import os
import struct
import zlib

import pikepdf
from PIL import Image


def pdf(pages: int = 1, *, password: str = "") -> bytes:
    """A PDF with so many empty pages; encrypted when there is a password."""
    made = pikepdf.new()
    for _number in range(pages):
        made.add_blank_page(page_size=(595, 842))
    # Other bytes each time: the same file is not stored a second time.
    made.docinfo["/Title"] = os.urandom(8).hex()
    target = io.BytesIO()
    if password:
        made.save(target, encryption=pikepdf.Encryption(owner=password, user=password))
    else:
        made.save(target)
    return target.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pixel_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it is very large."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"tEXt", os.urandom(8).hex().encode()) + _chunk(b"IDAT", body)


def text_bomb() -> bytes:
    """A PNG with a compressed text of 200 MB in it."""
    head = struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0)
    text = _chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000))
    body = _chunk(b"IDAT", zlib.compress((b"\x00" + b"\x00" * 30) * 10))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + text + body + _chunk(b"IEND", b"")


def moving_picture() -> bytes:
    """An animated PNG with 60 pictures: the first is red."""
    target = io.BytesIO()
    colour = int.from_bytes(os.urandom(1), "big") // 8
    first, rest = (
        Image.new("RGB", (200, 100), (255, 0, colour)),
        [Image.new("RGB", (200, 100), (0, 0, number)) for number in range(60)],
    )
    first.save(target, "PNG", save_all=True, append_images=rest)
    return target.getvalue()


def _written(objects: dict[int, str]) -> bytes:
    body, places = b"%PDF-1.7\n", {}
    for number, text in objects.items():
        places[number] = len(body)
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    at = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    body += b"".join(f"{places[number]:010} 00000 n \n".encode() for number in sorted(objects))
    mark = os.urandom(8).hex()
    return body + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /X ({mark}) >>\nstartxref\n{at}\n%%EOF\n".encode()


def cyclic() -> bytes:
    """A PDF whose tree of pages leads back to itself."""
    return _written({
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Count 5 /Kids [3 0 R 2 0 R] >>",
        3: "<< /Type /Pages /Parent 2 0 R /Count 4 /Kids [2 0 R 3 0 R] >>",
    })  # fmt: skip


def million_pages() -> bytes:
    """A PDF that says it has a million pages, and has one."""
    return _written({
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Count 1000000 /Kids [3 0 R] >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    })  # fmt: skip


def huge_page() -> bytes:
    """A PDF with a page of a million points in one direction and one in the other."""
    return _written({
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1 1000000] >>",
    })  # fmt: skip


def slow(times: int = 4) -> bytes:
    """A PDF whose page draws a form that draws a form fifty times, and so on: 50 to the power of `times` strokes."""
    forms = {}
    for level in range(times):
        deeper = 5 + level + 1
        draws = f"/F{deeper} Do " * 50
        resources = f"/Resources << /XObject << /F{deeper} {deeper} 0 R >> >>"
        forms[5 + level] = (
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] {resources} /Length {len(draws)} >>\n"
            f"stream\n{draws}\nendstream"
        )
    lines = "".join(f"0 0 m {number} 800 l S " for number in range(60))
    forms[5 + times] = f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Length {len(lines)} >>\nstream\n{lines}\nendstream"
    return _written({
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /F5 5 0 R >> >> >>",
        4: "<< /Length 6 >>\nstream\n/F5 Do\nendstream",
        **forms,
    })  # fmt: skip
