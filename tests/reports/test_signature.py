"""A signature covers every byte of the file, keeps both standards, and takes a time stamp where one is set."""

import asyncio
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from app import clock
from app.errors import Unavailable
from app.keys.service import Signer
from app.reports.signature import sign
from app.reports.signature_reading import Signed, read_signature
from tests.reports.test_standards import broken_rules

SEED, CHANGES = 20261126, 150
"""`bench/tampering.py` makes a thousand; here as many as do not make the suite wait."""


def test_signing_appends_and_leaves_what_was_there_byte_for_byte(plain_pdf: bytes, signed: bytes) -> None:
    assert signed[: len(plain_pdf)] == plain_pdf
    with pikepdf.open(BytesIO(signed)) as document:
        assert str(document.Root.AcroForm.Fields[0].TU) == "Signature of the organisation"


def test_a_report_is_signed_and_its_signature_read_also_where_an_event_loop_runs(plain_pdf: bytes, signer: Signer) -> None:
    async def inside() -> tuple[bytes, Signed | None]:
        made = sign(plain_pdf, signer, field_name="Signature")
        return made, read_signature(made)

    # In a thread of its own: where browsers are driven in the same process, a loop runs in the first one already.
    with ThreadPoolExecutor(1) as apart:
        made, found = apart.submit(asyncio.run, inside()).result()
    assert made.startswith(plain_pdf)
    assert found is not None
    assert found["good"]


def test_a_signed_report_with_its_code_keeps_both_standards(signed: bytes) -> None:
    assert broken_rules(signed) == []


def test_every_change_of_one_byte_anywhere_is_found(signed: bytes) -> None:
    chance = random.Random(SEED)  # noqa: S311 - replayable, not secret
    for _time in range(CHANGES):
        place, by = chance.randrange(len(signed)), chance.randrange(1, 256)
        spoilt = bytearray(signed)
        spoilt[place] ^= by
        found = read_signature(bytes(spoilt))
        assert found is not None, (place, by)
        assert not found["good"], (place, by)


@pytest.mark.parametrize("by", [0x01, 0x20])
def test_every_change_of_the_signature_itself_is_found_also_of_its_padding_and_of_the_case_of_a_letter(
    signed: bytes, by: int
) -> None:
    start = signed.index(b"/Contents <") + 10
    end = signed.index(b">", start)
    chance = random.Random(SEED)  # noqa: S311 - replayable, not secret
    for place in [*chance.sample(range(start, end + 1), 40), start, start + 1, end - 1, end]:
        spoilt = bytearray(signed)
        spoilt[place] ^= by
        found = read_signature(bytes(spoilt))
        assert found is not None, place
        assert not found["good"], place


def _rewritten(pdf: bytes) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(target)
    return target.getvalue()


def _appended(pdf: bytes) -> bytes:
    """A revision as a reader would add one: the title says something else."""
    at = pdf.rindex(b"startxref")
    previous = int(pdf[at:].split()[1])
    with pikepdf.open(BytesIO(pdf)) as document:
        size, root, info = int(document.trailer.Size), document.Root.objgen, document.trailer.Info.objgen
    body = f"{info[0]} 0 obj\n<</Title (Something else)>>\nendobj\n".encode()
    table = f"xref\n{info[0]} 1\n{len(pdf):010} 00000 n \ntrailer\n".encode()
    trailer = f"<</Size {size}/Root {root[0]} 0 R/Info {info[0]} 0 R/Prev {previous}>>\n".encode()
    return pdf + body + table + trailer + f"startxref\n{len(pdf) + len(body)}\n%%EOF\n".encode()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda pdf: pdf + b"\n", "appended"),
        (_appended, "appended"),
        (lambda pdf: pdf[:-3], None),
        (_rewritten, None),
    ],
    ids=["a line end", "a revision", "cut off", "saved anew"],
)
def test_what_comes_after_the_signature_makes_it_bad(
    signed: bytes, change: Callable[[bytes], bytes], problem: str | None
) -> None:
    found = read_signature(change(signed))
    assert found is not None
    assert not found["good"]
    assert problem in (None, found["problem"])


class _Authority(BaseHTTPRequestHandler):
    """A time stamp authority, as RFC 3161 has one answer."""

    def do_POST(self) -> None:
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["content-length"])))
        answer = asyncio.run(_stamper().async_request_tsa_response(asked)).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_told: Any) -> None:
        pass


def _stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample authority")])
    stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    now = clock.now()
    made = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = made.add_extension(stamps, critical=True).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    plain_key = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DummyTimeStamper(Certificate.load(certificate), PrivateKeyInfo.load(plain_key))


def test_a_time_stamp_is_taken_when_an_authority_is_set_and_the_standards_hold(plain_pdf: bytes, signer: Signer) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Authority) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        stamped = sign(plain_pdf, signer, field_name="Signature", timestamp_url=address)
        server.shutdown()
    found = read_signature(stamped)
    assert found is not None
    assert (found["good"], found["problem"]) == (True, None)
    assert found["stamped"]
    assert broken_rules(stamped) == []


def test_a_report_is_not_signed_without_the_time_stamp_that_is_wanted(plain_pdf: bytes, signer: Signer) -> None:
    with pytest.raises(Unavailable, match="time stamp"):
        sign(plain_pdf, signer, field_name="Signature", timestamp_url="http://127.0.0.1:9/")
