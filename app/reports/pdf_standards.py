"""Two standards at once: WeasyPrint writes PDF/A-3a; the metadata that claim PDF/UA-1 beside it are added here.

What the renderer claims in attributes is said in elements: both are the same to who reads RDF, and not everybody does.
PDF/A allows only metadata of schemas that it knows or that are described in the file, and PDF/UA's identifier is none of the
former: its description comes along. The stream stays uncompressed, so that a program without a PDF reader finds both claims.
Uses `Document.metadata`, which is semi-private and pinned by the locked version: what is not found raises.
"""

from typing import Any

VARIANT = "pdf/a-3a"
_ARCHIVABLE = b'<rdf:Description rdf:about="" pdfaid:part="3" pdfaid:conformance="A" />'
_IN_ELEMENTS = b"""<rdf:Description rdf:about="">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>"""
_END = b"</rdf:RDF>"
_ACCESSIBLE = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


class MetadataNotWritten(Exception):  # noqa: N818 - errors are sentences here
    """The renderer writes its metadata in another way than this was made for."""


def claim_both(metadata: Any) -> None:
    """Let the metadata of a laid-out document claim PDF/UA-1 beside the standard that the renderer writes."""
    write, generate = metadata.include_in_pdf, metadata.generate_rdf_metadata

    def with_both(*asked: Any) -> bytes:
        stated: bytes = generate(*asked)
        if stated.count(_ARCHIVABLE) != 1 or stated.count(_END) != 1:
            message = "metadata are not written as expected"
            raise MetadataNotWritten(message)
        return stated.replace(_ARCHIVABLE, _IN_ELEMENTS).replace(_END, _ACCESSIBLE + _END)

    def uncompressed(pdf: Any, variant: str, version: int, conformance: str, compress: bool) -> None:  # noqa: ARG001 - the renderer's signature
        write(pdf, variant, version, conformance, compress=False)

    metadata.generate_rdf_metadata, metadata.include_in_pdf = with_both, uncompressed


def ends_unclearly(written: bytes) -> bool:
    """Whether a stream ends with a carriage return: with the line end after it, where it ends can be read in two ways.

    PDF/A asks that the length of a stream is that of what can be seen, so a validator objects.
    """
    return b"\r\nendstream" in written
