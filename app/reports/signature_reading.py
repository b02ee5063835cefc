"""What a PDF's signature says, as strictly as a signature of ours can be asked: every byte of the file is part of the question.

Runs in the child process of verification. A signature by other means, a second one, anything appended, and any byte of the
signature itself that is not as we write it make it a bad one.
"""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, TypedDict

MARKS = (
    b"/ByteRange",
    b"/SigFlags",
    b"/DocMDP",
    b"/Type /Sig",
    b"/Type/Sig",
    b"ETSI.CAdES",
    b"adbe.pkcs7",
    b"/FT /Sig",
    b"/FT/Sig",
)
"""Any of these in a file means that it is, or was, signed."""


class Signed(TypedDict):
    """What was found. `good` is whether the signature holds over the whole file; the rest is None where it cannot be read."""

    good: bool
    problem: str | None
    fingerprint: str | None
    name: str | None
    at: str | None
    stamped: str | None


class _Bad(Exception):  # noqa: N818 - as app.errors names them
    """The signature does not hold; the argument is the word for why."""


def read_signature(pdf: bytes) -> Signed | None:
    """The signature of a PDF; None when there is none and never was."""
    found: Signed = {"good": False, "problem": None, "fingerprint": None, "name": None, "at": None, "stamped": None}
    if not any(mark in pdf for mark in MARKS):
        return None
    try:
        _read(pdf, found)
    except _Bad as bad:
        found["problem"] = str(bad)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - whatever a spoilt signature brings the libraries to, it is no good one
        found["problem"] = "unreadable"
    else:
        found["good"] = True
    return found


def _read(pdf: bytes, found: Signed) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - loaded under the limits

    every = list(PdfFileReader(BytesIO(pdf)).embedded_signatures)
    if len(every) != 1:
        raise _Bad("unreadable" if not every else "several")
    signature = every[0]
    _whole(pdf, [int(one) for one in signature.byte_range])
    certificate = signature.signer_cert
    found["fingerprint"], found["name"] = certificate.sha256.hex(), str(certificate.subject.native.get("common_name", ""))
    if signature.self_reported_timestamp is not None:
        found["at"] = signature.self_reported_timestamp.isoformat()
    _holds(signature, found)
    if not _as_we_write(pdf, signature):
        raise _Bad("unusual")


def _whole(pdf: bytes, ranges: list[int]) -> None:
    """The signed bytes are all but the signature itself."""
    if len(ranges) != 4 or ranges[0] != 0 or ranges[1] >= ranges[2] or ranges[2] + ranges[3] != len(pdf):  # noqa: PLR2004 - two pairs
        raise _Bad("appended")


def _holds(signature: Any, found: Signed) -> None:
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 - as above
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415 - as above
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - as above

    # Who may be trusted is decided by the certificate's fingerprint, not here.
    trusting = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    # pyHanko begins an event loop, which it cannot where one runs already: in a thread of its own none does.
    with ThreadPoolExecutor(1) as apart:
        status = apart.submit(validate_pdf_signature, signature, trusting, skip_diff=True).result()
    if not (status.intact and status.valid):
        raise _Bad("changed")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _Bad("appended")
    stamp = status.timestamp_validity
    if stamp is not None:
        if not (stamp.intact and stamp.valid):
            raise _Bad("stamp")
        found["stamped"] = stamp.timestamp.isoformat()


def _as_we_write(pdf: bytes, signature: Any) -> bool:
    """Whether the bytes that no signature can cover, its own, are those that we write for what it says, and no others."""
    from asn1crypto import cms  # noqa: PLC0415 - as above

    start, end = int(signature.byte_range[1]), int(signature.byte_range[2])
    said, certificate = signature.signer_info, signature.signer_cert
    attributes = cms.CMSAttributes.load(said["signed_attrs"].untag().dump())
    signer: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
        ),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": said["signature"].native,
    }
    if said["unsigned_attrs"].native is not None:
        signer["unsigned_attrs"] = cms.CMSAttributes.load(said["unsigned_attrs"].untag().dump())
    written: bytes = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [{"algorithm": "sha256"}],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [certificate],
                    "signer_infos": [cms.SignerInfo(signer)],
                }
            ),
        }
    ).dump()
    expected = b"<" + written.hex().upper().encode().ljust(end - start - 2, b"0") + b">"
    return pdf[start:end] == expected
