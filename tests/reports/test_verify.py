"""Is a PDF genuine: a signature over every byte, data that belong together, figures computed again; files that mean harm."""

import asyncio
import json
import random
import threading
from collections.abc import Callable
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
from app.keys.certificates import make, owner_of
from app.keys.service import Signer
from app.portable.model import Portable, PortableAnswer
from app.reports import service
from app.reports.signature import sign
from app.reports.signature_reading import read_signature
from app.reports.verify import NotAReport, Standing, verify
from app.reports.verify_reading import read_pdf
from app.rubrics import registry
from app.rubrics.model import Rubric
from app.rubrics.registry import plain, with_rubrics
from tests.factories import small
from tests.reports.test_standards import broken_rules

SEED, CHANGES = 20261126, 150
"""`bench/tampering.py` makes a thousand; here as many as do not make the suite wait."""


def a_signer(name: str = "Sample College of Almaty") -> Signer:
    pair = make(name, now=clock.now())
    return Signer(pair.certificate, pair.private, pair.fingerprint)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return a_signer()


@pytest.fixture(scope="module")
def plain_pdf() -> bytes:
    address = "https://sapa.example/verify/AbCdEfGhIjKlMnOpQrStUvWx"
    return service.make(small(), registry.home(), language="en", kind="summary", wanted="pdf", verification=address)


@pytest.fixture(scope="module")
def signed(plain_pdf: bytes, signer: Signer) -> bytes:
    return sign(plain_pdf, signer, field_name="Signature of the organisation")


def test_signing_appends_and_leaves_what_was_there_byte_for_byte(plain_pdf: bytes, signed: bytes) -> None:
    assert signed[: len(plain_pdf)] == plain_pdf
    with pikepdf.open(BytesIO(signed)) as document:
        assert str(document.Root.AcroForm.Fields[0].TU) == "Signature of the organisation"


def test_a_signed_report_with_its_code_keeps_both_standards(signed: bytes) -> None:
    assert broken_rules(signed) == []


def test_what_somebody_known_signed_is_genuine_and_what_a_stranger_signed_is_not(signed: bytes, signer: Signer) -> None:
    found = verify(signed, registry.home(), owner_of(signer.certificate.encode()))
    assert (found.standing, found.issuer) == (Standing.GENUINE, "Sample College of Almaty")
    impostor = verify(signed, registry.home(), owner_of(a_signer().certificate.encode()))
    assert (impostor.standing, impostor.issuer, impostor.whole) == (Standing.UNPROVEN, None, True)
    told = next(one.detail for one in impostor.checks if one.name == "signature")
    assert signer.fingerprint in told


def test_what_nobody_signed_is_unproven(plain_pdf: bytes) -> None:
    assert verify(plain_pdf, registry.home()).standing is Standing.UNPROVEN


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


def _swapped(pdf: bytes, name: str, content: bytes) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        for spec in document.attachments.values():
            if spec.filename == name:
                spec.get_file().obj.write(content)
        document.save(target)
    return target.getvalue()


def _wrong(pdf: bytes) -> set[str]:
    return {one.name for one in verify(pdf, registry.home()).checks if one.passed is False}


def test_attachments_that_were_swapped_are_found_in_signed_and_in_unsigned_files(plain_pdf: bytes, signed: bytes) -> None:
    found = read_pdf(plain_pdf).attachments
    answers = small().answers
    other = small().model_copy(update={"answers": dict(list(answers.items())[1:])})
    strange = service.make(other, registry.home(), language="en", kind="summary", wanted="pdf")
    swapped = read_pdf(strange).attachments
    assert "printed digest" in _wrong(_swapped(plain_pdf, "sapa-assessment.json", swapped["sapa-assessment.json"]))
    assert _wrong(_swapped(plain_pdf, "sapa-scorecard.json", swapped["sapa-scorecard.json"])) == {"figures"}
    both = _swapped(plain_pdf, "sapa-scorecard.json", swapped["sapa-scorecard.json"])
    assert "printed digest" in _wrong(_swapped(both, "sapa-assessment.json", swapped["sapa-assessment.json"]))
    assert "signature" in _wrong(_swapped(signed, "sapa-scorecard.json", found["sapa-scorecard.json"]))


def test_something_else_that_is_attached_is_found(plain_pdf: bytes) -> None:
    target = BytesIO()
    with pikepdf.open(BytesIO(plain_pdf)) as document:
        document.attachments["more.txt"] = pikepdf.AttachedFileSpec(document, b"more", filename="more.txt")
        document.save(target)
    assert _wrong(target.getvalue()) == {"attachments"}


@pytest.fixture(scope="module")
def own() -> tuple[Portable, Any]:
    """An assessment on a rubric that only its organisation has, and the library of that organisation."""
    told = plain(registry.home().rubrics["double-degree@1"]) | {"id": "house-rules", "extends": None}
    rubric = Rubric.model_validate_json(json.dumps(told))
    library = with_rubrics(registry.home(), [rubric])
    first = next(rubric.criteria())
    portable = small().model_copy(
        update={
            "rubrics": ("house-rules@1",),
            "profile": "own-house-rules",
            "targets": {},
            "answers": {f"house-rules:{first.id}": PortableAnswer(level=2)},
            "actions": (),
            "raters": {},
        }
    )
    return portable, library


def test_a_report_on_a_rubric_of_ones_own_is_verified_by_people_who_never_saw_it(own: tuple[Portable, Any]) -> None:
    portable, library = own
    pdf = service.make(portable, library, language="en", kind="summary", wanted="pdf")
    found = verify(pdf, registry.home())
    assert found.whole, found.checks
    assert "came along" in next(one.detail for one in found.checks if one.name == "rubrics")
    brought = json.loads(read_pdf(pdf).attachments["sapa-rubrics.json"])
    brought["rubrics"][0]["standards"][0]["criteria"][0]["question"]["en"] = "Something easier?"
    assert "rubrics" in _wrong(_swapped(pdf, "sapa-rubrics.json", json.dumps(brought).encode()))
    assert "rubrics" in _wrong(_swapped(pdf, "sapa-rubrics.json", b'{"format": "sapa-rubrics/1", "rubrics": [[[]]]}'))


def _with_stream(content: bytes, *, times: int = 1) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    for number in range(times):
        spec = pikepdf.AttachedFileSpec(document, content, filename=f"{number}.bin")
        document.attachments[f"{number}.bin"] = spec
    target = BytesIO()
    document.save(target, compress_streams=True)
    return target.getvalue()


def _encrypted(_signed: bytes) -> bytes:
    document, target = pikepdf.new(), BytesIO()
    document.add_blank_page()
    document.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    return target.getvalue()


def _many_pages(_signed: bytes) -> bytes:
    document, target = pikepdf.new(), BytesIO()
    for _number in range(1600):
        document.add_blank_page()
    document.save(target)
    return target.getvalue()


def _deep(_signed: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF"


HARMFUL: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "encrypted": (_encrypted, "encrypted"),
    "a bomb": (lambda _signed: _with_stream(bytes(30_000_000)), "memory"),
    "too much attached": (lambda _signed: _with_stream(b"x", times=11), "attachments"),
    "too many pages": (_many_pages, "pages"),
    "nested": (_deep, "cannot be read"),
    "half of one": (lambda signed: signed[: len(signed) // 2], "PDF"),
    "nothing": (lambda _signed: b"", "cannot be read"),
    "a picture": (lambda _signed: b"\x89PNG\r\n\x1a\n" + bytes(100), "cannot be read"),
    "no report": (lambda _signed: _with_stream(b"x"), "no assessment data"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_that_means_harm_is_refused_with_words(signed: bytes, name: str) -> None:
    made, told = HARMFUL[name]
    with pytest.raises(NotAReport, match=told):
        verify(made(signed), registry.home())


def test_a_file_that_takes_too_long_is_given_up(signed: bytes) -> None:
    with pytest.raises(NotAReport, match="too long"):
        read_pdf(signed, wall_seconds=0.05)


def test_the_same_report_gives_the_same_bytes_before_it_is_signed(plain_pdf: bytes) -> None:
    address = "https://sapa.example/verify/AbCdEfGhIjKlMnOpQrStUvWx"
    again = service.make(small(), registry.home(), language="en", kind="summary", wanted="pdf", verification=address)
    assert again == plain_pdf


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
