"""What a file is: by its content, and whether its name says the same."""

import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from app.errors import Problem, UnsupportedType
from app.i18n import gettext as _

HEAD = 4096
MOST_PARTS = 10_000
MOST_UNPACKED = 1024**3
_END = struct.Struct("<4s4H2LH")
"""The end of an archive: the fifth number is how many bytes its list of files has (APPNOTE.TXT, section 4.3.16)."""
_LONGEST_LIST = 4 * 1024**2
_LONGEST_COMMENT = 65_535


class EmptyFile(Problem):
    """The file has no bytes."""


@dataclass(frozen=True, slots=True)
class FileType:
    """An accepted type: its endings, how its content begins, and for office files what their archive holds."""

    media_type: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...] = ()
    holds: str | None = None


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
TYPES = (
    FileType("application/pdf", ("pdf",), (b"%PDF-",)),
    FileType("image/png", ("png",), (b"\x89PNG\r\n\x1a\n",)),
    FileType("image/jpeg", ("jpg", "jpeg"), (b"\xff\xd8\xff",)),
    FileType(f"{_OFFICE}wordprocessingml.document", ("docx",), (b"PK\x03\x04",), "word/document.xml"),
    FileType(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), (b"PK\x03\x04",), "xl/workbook.xml"),
    FileType(f"{_OFFICE}presentationml.presentation", ("pptx",), (b"PK\x03\x04",), "ppt/presentation.xml"),
    FileType(f"{_OPEN}text", ("odt",), (b"PK\x03\x04",), "content.xml"),
    FileType(f"{_OPEN}spreadsheet", ("ods",), (b"PK\x03\x04",), "content.xml"),
    FileType(f"{_OPEN}presentation", ("odp",), (b"PK\x03\x04",), "content.xml"),
    FileType("text/plain", ("txt",)),
    FileType("text/csv", ("csv",)),
)
ENDINGS = tuple(ending for one in TYPES for ending in one.endings)
_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(<\?xml|<!doctype|<html|<svg|<script|<body|<head|<!--)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """A file name that is safe to show and to send: no folders, control or direction characters, at most 150 letters."""
    # Browsers write a quotation mark in a file name as %22 (HTML, multipart/form-data encoding).
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name).replace("%22", '"'))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    kept = kept.replace('"', "'").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return (f"{stem[:140]}{dot}{ending[:9]}" if stem else kept[:150]) or "file"


def type_of(source: BinaryIO, name: str) -> str:
    """The media type of an accepted file whose content is what its name says; leaves the stream at its start.

    Raises EmptyFile or UnsupportedType.
    """
    source.seek(0)
    head = source.read(HEAD)
    source.seek(0)
    if not head:
        raise EmptyFile(_("The file is empty (0 bytes)."))
    ending = PurePath(name).suffix.lower().removeprefix(".")
    wanted = next((one for one in TYPES if ending in one.endings), None)
    if wanted is None:
        message = _("Files ending in “.{ending}” are not accepted. Accepted are: {endings}.")
        raise UnsupportedType(message.format(ending=ending, endings=", ".join(ENDINGS)))
    if not _is(wanted, source, head):
        message = _("The file is not what its name says: its content is not that of a .{ending} file.")
        raise UnsupportedType(message.format(ending=ending))
    return wanted.media_type


def _is(wanted: FileType, source: BinaryIO, head: bytes) -> bool:
    if not wanted.begins:
        return _is_text(head)
    if not head.startswith(wanted.begins):
        return False
    return wanted.holds is None or _archive_holds(source, wanted)


def _is_text(head: bytes) -> bool:
    """Plain text in UTF-8 or an old Cyrillic code page; no binary, and no markup that a browser might run."""
    return b"\x00" not in head and not head.startswith((b"%PDF-", b"PK\x03\x04", b"MZ", b"\x7fELF")) and not _MARKUP.match(head)


def _archive_holds(source: BinaryIO, wanted: FileType) -> bool:
    """Whether the archive's list of files names the part every such document has, and no program (macro).

    What unfolds to more than MOST_UNPACKED bytes or MOST_PARTS files is no document, and none of it is unfolded to see that.
    """
    try:
        if not _has_short_list(source):
            return False
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            if len(names) > MOST_PARTS or sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                return False
            macro = any(name.lower().endswith("vbaproject.bin") for name in names)
            declared = _declared(archive) if "mimetype" in names else None
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError):
        return False
    finally:
        source.seek(0)
    fits = declared is None or wanted.media_type.startswith(_OFFICE) or declared.strip() == wanted.media_type
    return wanted.holds in names and not macro and fits


def _has_short_list(source: BinaryIO) -> bool:
    """Whether the list of files is one that a document has: reading a long one would take much memory.

    An archive in the 64-bit form has its list elsewhere, and no document of the size that is accepted needs one.
    """
    size = source.seek(0, 2)
    source.seek(max(0, size - _END.size - _LONGEST_COMMENT - 20))
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size or b"PK\x06\x07" in tail[:at]:
        return False
    return bool(_END.unpack_from(tail, at)[5] <= _LONGEST_LIST)


def _declared(archive: zipfile.ZipFile) -> str:
    """What the document says it is; no more than a name's length is unfolded."""
    with archive.open("mimetype") as part:
        return part.read(200).decode("ascii", "replace")
