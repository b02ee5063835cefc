"""One signed report for all tests of signatures and verification."""

import pytest

from app.keys.service import Signer
from app.reports import service
from app.reports.signature import sign
from app.rubrics import registry
from tests.factories import small
from tests.reports.signers import a_signer


@pytest.fixture(scope="session")
def signer() -> Signer:
    return a_signer()


@pytest.fixture(scope="session")
def plain_pdf() -> bytes:
    address = "https://sapa.example/verify/AbCdEfGhIjKlMnOpQrStUvWx"
    return service.make(small(), registry.home(), language="en", kind="summary", wanted="pdf", verification=address)


@pytest.fixture(scope="session")
def signed(plain_pdf: bytes, signer: Signer) -> bytes:
    return sign(plain_pdf, signer, field_name="Signature of the organisation")
