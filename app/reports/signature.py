"""Signing a report's PDF: an update appended to the file, so that what was made before it stays byte for byte.

The field lies outside the pages with a name that people can read, and metadata are not written anew: PDF/A-3a and PDF/UA-1 hold
afterwards as they did before (the suite judges it). pyHanko is pinned for that.
"""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from app.errors import Unavailable
from app.i18n import gettext as _
from app.keys.service import Signer
from app.reports.pdf_standards import ends_unclearly

FIELD = "Sapa"
ROOM_FOR_STAMP = 24_000
"""Hexadecimal digits kept for a signature with a time stamp: only the authority's answer would tell how many it needs."""
STAMP_SECONDS = 10


def sign(pdf: bytes, signer: Signer, *, field_name: str, timestamp_url: str = "") -> bytes:
    """The PDF with a signature over the whole of it that allows no later change. The signing time is the machine's own.

    `field_name` is what assistive technology calls the signature. Raises Unavailable when a time stamp is wanted and not given.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - what signs nothing starts quicker
    from pyhanko.sign.timestamps import TimestampRequestError  # noqa: PLC0415 - as above

    class MetadataStay(IncrementalPdfFileWriter):
        """Metadata written anew would lose what PDF/UA needs and differ from the document's own."""

        def _update_meta(self) -> None:
            pass

    signing, room = _signing(signer, field_name, timestamp_url), ROOM_FOR_STAMP if timestamp_url else None

    def once() -> BytesIO:
        signed: BytesIO = signing.sign_pdf(MetadataStay(BytesIO(pdf)), bytes_reserved=room)
        return signed

    while True:
        try:
            # pyHanko begins an event loop, which it cannot where one runs already: in a thread of its own none does.
            with ThreadPoolExecutor(1) as apart:
                signed = apart.submit(once).result()
        except TimestampRequestError:
            told = _("The time stamp authority does not answer: the report is not signed. Please try again later.")
            raise Unavailable(told) from None
        # What is appended holds a fresh random identifier: another try ends in other bytes.
        if not ends_unclearly(signed.getvalue()):
            return signed.getvalue()


def _signing(signer: Signer, field_name: str, timestamp_url: str) -> Any:
    from asn1crypto import keys, x509 as certificates  # noqa: PLC0415, I001 - as above
    from pyhanko.sign import fields, signers  # noqa: PLC0415 - as above
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper  # noqa: PLC0415 - as above
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415 - as above

    key = signers.SimpleSigner(
        signing_cert=certificates.Certificate.load(_der_of_certificate(signer)),
        signing_key=keys.PrivateKeyInfo.load(_der_of_key(signer)),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call] # pyHanko's own
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    outside = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    field = fields.SigFieldSpec(FIELD, on_page=0, readable_field_name=field_name, invis_sig_settings=outside)
    stamper: Any = None
    if timestamp_url:
        stamper = RequestsHTTPTimeStamper(timestamp_url, timeout=STAMP_SECONDS)  # type: ignore[no-untyped-call] # as above
    return signers.PdfSigner(metadata, key, timestamper=stamper, new_field_spec=field)


def _der_of_certificate(signer: Signer) -> bytes:
    return x509.load_pem_x509_certificate(signer.certificate.encode()).public_bytes(serialization.Encoding.DER)


def _der_of_key(signer: Signer) -> bytes:
    loaded = serialization.load_pem_private_key(signer.private.encode(), password=None)
    plain = serialization.NoEncryption()
    return loaded.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
