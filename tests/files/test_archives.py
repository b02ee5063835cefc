"""An office document is an archive: what unfolds to too much is refused, and nothing is unfolded to see that."""

import io
import struct
import tracemalloc
import zipfile

import pytest

from app.errors import UnsupportedType
from app.files import checks

ODT = "application/vnd.oasis.opendocument.text"
LITTLE = 30 * 1024**2


def _archive(**parts: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED)
    for name, content in {"mimetype": ODT.encode(), "content.xml": b"<x/>", **parts}.items():
        archive.writestr(name, content)
    return archive


def _closed(archive: zipfile.ZipFile) -> bytes:
    target = archive.fp
    archive.close()
    assert isinstance(target, io.BytesIO)
    return target.getvalue()


def _refused(content: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(UnsupportedType):
            checks.type_of(io.BytesIO(content), "a.odt")
        assert tracemalloc.get_traced_memory()[1] - len(content) < LITTLE
    finally:
        tracemalloc.stop()


def test_a_document_is_taken() -> None:
    assert checks.type_of(io.BytesIO(_closed(_archive())), "a.odt") == ODT


def test_a_part_that_unfolds_without_end_is_not_unfolded() -> None:
    archive = zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED)
    with archive.open("mimetype", "w") as part:
        for _number in range(200):
            part.write(b"\0" * 1024**2)
    archive.writestr("content.xml", "<x/>")
    _refused(_closed(archive))


def test_a_document_that_says_it_unfolds_to_more_than_it_may_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _closed(_archive(more=b"x" * 5000))
    assert checks.type_of(io.BytesIO(content), "a.odt") == ODT
    monkeypatch.setattr(checks, "MOST_UNPACKED", 4000)
    _refused(content)


def test_too_many_parts_are_refused() -> None:
    archive = _archive()
    for number in range(checks.MOST_PARTS):
        archive.writestr(f"p{number}", b"")
    _refused(_closed(archive))


def test_a_list_of_files_that_is_too_long_is_not_read() -> None:
    archive = _archive()
    for number in range(1200):
        archive.writestr(f"{number:04}" + "n" * 4000, b"")
    _refused(_closed(archive))


def test_the_64_bit_form_is_refused() -> None:
    content = _closed(_archive())
    end = content.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    _refused(content[:end] + locator + content[end:])


def test_what_ends_too_early_is_refused() -> None:
    content = _closed(_archive())
    for cut in (1, 10, 22, 60):
        _refused(content[:-cut])
