"""Is a PDF genuine: a signature over every byte, data that belong together, figures computed again; files that mean harm."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from app.keys.certificates import owner_of
from app.keys.service import Signer
from app.portable.model import Portable, PortableAnswer
from app.reports import service
from app.reports.build_delta import Against
from app.reports.verify import NotAReport, Standing, verify
from app.reports.verify_reading import read_pdf
from app.rubrics import registry
from app.rubrics.model import Rubric
from app.rubrics.registry import plain, with_rubrics
from tests.factories import small
from tests.reports.signers import a_signer


def test_what_somebody_known_signed_is_genuine_and_what_a_stranger_signed_is_not(signed: bytes, signer: Signer) -> None:
    found = verify(signed, registry.home(), owner_of(signer.certificate.encode()))
    assert (found.standing, found.issuer) == (Standing.GENUINE, "Sample College of Almaty")
    impostor = verify(signed, registry.home(), owner_of(a_signer().certificate.encode()))
    assert (impostor.standing, impostor.issuer, impostor.whole) == (Standing.UNPROVEN, None, True)
    told = next(one.detail for one in impostor.checks if one.name == "signature")
    assert signer.fingerprint in told


def test_what_nobody_signed_is_unproven(plain_pdf: bytes) -> None:
    assert verify(plain_pdf, registry.home()).standing is Standing.UNPROVEN


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


@pytest.fixture(scope="module")
def delta_pdf() -> bytes:
    """What changed since an earlier state, with both sides inside."""
    return service.make(
        small(), registry.home(), language="kk", kind="delta", wanted="pdf", against=Against(_lower(), registry.home())
    )


def _lower() -> Portable:
    name, answer = next((name, one) for name, one in small().answers.items() if one.level)
    return small().model_copy(update={"answers": {**small().answers, name: answer.model_copy(update={"level": 0})}})


def test_both_sides_of_a_report_on_what_changed_are_recomputed(delta_pdf: bytes) -> None:
    found = verify(delta_pdf, registry.home())
    assert found.whole, found.checks
    names = [one.name for one in found.checks if one.passed]
    assert {"assessment", "figures", "earlier assessment", "earlier printed digest", "earlier rubrics", "earlier figures"} <= set(
        names
    )


def _without(pdf: bytes, *names: str) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        for key, spec in list(document.attachments.items()):
            if spec.filename in names:
                del document.attachments[key]
        document.save(target)
    return target.getvalue()


def test_an_earlier_side_that_was_swapped_changed_or_taken_out_is_found(delta_pdf: bytes) -> None:
    now = read_pdf(delta_pdf).attachments
    earlier = ("sapa-assessment-earlier.json", "sapa-scorecard-earlier.json")
    assert _wrong(_swapped(delta_pdf, earlier[1], now["sapa-scorecard.json"])) == {"earlier figures"}
    both = _swapped(_swapped(delta_pdf, earlier[1], now["sapa-scorecard.json"]), earlier[0], now["sapa-assessment.json"])
    assert "earlier printed digest" in _wrong(both)
    assert "earlier assessment" in _wrong(_swapped(delta_pdf, earlier[0], b"{}"))
    assert _wrong(_without(delta_pdf, earlier[1])) == {"earlier assessment"}
    assert _wrong(_without(delta_pdf, *earlier)) == {"earlier assessment"}


def test_rubrics_of_the_organisations_own_come_along_from_the_earlier_side_too(own: tuple[Portable, Any]) -> None:
    portable, library = own
    pdf = service.make(small(), registry.home(), language="en", kind="delta", wanted="pdf", against=Against(portable, library))
    found = verify(pdf, registry.home())
    assert found.whole, found.checks
