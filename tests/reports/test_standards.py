"""PDF/A-3a and PDF/UA-1 at once, judged by a validator; and the structure that assistive technology reads, looked at directly."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import page
import pdfua
import pikepdf
import pytest
from pdf_oxide import PdfDocument
from weasyprint import HTML

from app.reports import booklet, service
from app.reports.build import build
from app.reports.html import Kind
from app.reports.pdf import render_pdf
from app.rubrics import registry
from tests.factories import small

PROFILES = ("3a", "ua1")
FAILS_ITSELF = "UA-14-001"
"""A check of pdfua 0.1.3 that ends in an error of its own on an element with a single piece of content."""


def broken_rules(pdf: bytes) -> list[str]:
    """What a validator finds against either standard."""
    return [f"{one.rule_id}: {one.message}" for each in PROFILES for one in page.validate_pdf_bytes(pdf, profile=each).failures]


def other_opinions(pdf: bytes, folder: Path) -> list[str]:
    """What two others find, who know fewer rules than the first and look at some of them in another way."""
    document = PdfDocument.from_bytes(pdf)
    found = [*document.validate_pdf_a("3a")["errors"], *document.validate_pdf_ua()["errors"]]
    (folder / "judged.pdf").write_bytes(pdf)
    report = pdfua.validate(str(folder / "judged.pdf"))
    found += [f"{one.rule_id}: {one.message}" for outcome in report.outcomes for one in outcome.findings]
    return found + [one.rule_id for one in report.outcomes if one.skipped_reason and one.rule_id != FAILS_ITSELF]


@pytest.fixture(scope="module")
def full() -> bytes:
    return service.print_pdf(build(small(), registry.home(), "kk", draft=True, audit_head=f"3:128:{'cd' * 32}"), "full").pdf


@pytest.fixture
def document(full: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(full)) as opened:
        yield opened


def _elements(node: Any) -> Iterator[Any]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from _elements(node.get("/K"))


def _tagged(document: pikepdf.Pdf, *kinds: str) -> list[Any]:
    return [one for one in _elements(document.Root.StructTreeRoot.K) if str(one.S) in kinds]


def test_the_full_report_keeps_both_standards(full: bytes, tmp_path: Path) -> None:
    assert broken_rules(full) == []
    assert other_opinions(full, tmp_path) == []


@pytest.mark.parametrize(("kind", "language"), [("summary", "ru"), ("summary", "en")])
def test_the_summary_keeps_both_standards(kind: Kind, language: str, tmp_path: Path) -> None:
    made = service.print_pdf(build(small(), registry.home(), language), kind).pdf
    assert broken_rules(made) == []
    assert other_opinions(made, tmp_path) == []


def test_a_booklet_keeps_both_standards() -> None:
    rubric = registry.home().rubrics["double-degree@1"]
    assert broken_rules(booklet.print_booklet(rubric, registry.home(), "en")) == []


def test_the_validator_rejects_what_is_not_tagged_and_what_has_a_figure_without_a_text() -> None:
    untagged = HTML(string='<html lang="en"><title>x</title><p>text').write_pdf()
    assert len({one.partition("-")[0] for one in broken_rules(untagged)}) == 2
    html = '<html lang="en"><title>x</title><body><p>text</p><svg width="9" height="9"><rect width="9" height="9"/></svg></body>'
    mute = render_pdf(html, [], day=small().date, identifier="x").pdf
    assert [one.partition(":")[0] for one in broken_rules(mute)] == ["PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"]
    hidden = render_pdf(html.replace("<svg", '<svg aria-hidden="true"'), [], day=small().date, identifier="x").pdf
    assert broken_rules(hidden) == []


def test_others_reject_what_is_not_tagged_and_what_claims_nothing(tmp_path: Path) -> None:
    untagged = HTML(string="<p>text").write_pdf()
    told = " ".join(other_opinions(untagged, tmp_path))
    assert "XMP" in told
    assert "UA-01-005" in told


def test_both_claims_can_be_read_without_a_pdf_reader(full: bytes) -> None:
    assert b"<pdfaid:part>3</pdfaid:part>" in full
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in full
    assert b"<pdfuaid:part>1</pdfuaid:part>" in full


def test_contents_and_lists_are_tagged_as_such(document: pikepdf.Pdf) -> None:
    (contents,) = _tagged(document, "/TOC")
    assert len(contents.K) > 30
    for item in contents.K:
        assert str(item.S) == "/TOCI"
        (reference,) = item.K
        assert str(reference.S) == "/Reference"
        # The number of an entry of two lines stands beside its link.
        assert {"/Link"} <= {str(one.S) for one in reference.K} <= {"/Link", "/Span"}
    lists = _tagged(document, "/L")
    for one in lists:
        assert {str(item.S) for item in one.K} == {"/LI"}
        assert {str(body.S) for item in one.K for body in item.K} == {"/LBody"}
    answers = small().answers.values()
    items = sum(len(one.K) for one in lists)
    assert items >= sum(len(one.evidence) for one in answers) + len(small().evidence)


def test_the_document_says_its_language_and_shows_its_title(document: pikepdf.Pdf) -> None:
    assert str(document.Root.Lang) == "kk"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert str(document.docinfo.Title)


def test_every_head_of_a_table_says_what_it_heads(document: pikepdf.Pdf) -> None:
    scopes = {str(one.A.get("/Scope")) for one in _tagged(document, "/TH")}
    assert scopes == {"/Column", "/Row"}
    columns = [one for one in _tagged(document, "/TH") if str(one.A.Scope) == "/Column"]
    assert all(str(one.P.P.S) == "/THead" for one in columns)


def test_headings_skip_no_level(document: pikepdf.Pdf) -> None:
    levels = [int(str(one.S)[2:]) for one in _tagged(document, "/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_figure_has_a_text_and_decoration_is_none(document: pikepdf.Pdf) -> None:
    texts = [str(one.get("/Alt", "")) for one in _tagged(document, "/Figure")]
    assert texts
    assert all(len(one) > 20 for one in texts), texts


def test_links_are_tagged_as_links_and_none_lies_in_another(document: pikepdf.Pdf) -> None:
    def holds(element: Any) -> bool:
        return any(isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR" for kid in element.get("/K", ()))

    holders = [one for one in _elements(document.Root.StructTreeRoot.K) if holds(one)]
    assert len(holders) == sum(len(one.get("/Annots", ())) for one in document.pages)
    assert {str(one.S) for one in holders} == {"/Link"}
    assert not [one for one in _tagged(document, "/Link") if str(one.P.S) == "/Link"]


def test_running_heads_and_feet_are_artifacts_that_nobody_is_read(document: pikepdf.Pdf) -> None:
    inside = document.pages[len(document.pages) // 2]
    found = [
        str(one.operands[1].get("/Type"))
        for one in pikepdf.parse_content_stream(inside)
        if str(one.operator) == "BDC" and str(one.operands[0]) == "/Artifact"
    ]
    assert found.count("/Pagination") >= 3


def test_attachments_say_that_they_are_the_data_of_the_report(document: pikepdf.Pdf) -> None:
    assert {str(one.AFRelationship) for one in document.Root.AF} == {"/Data"}
    assert {one.filename for one in document.attachments.values()} >= {"sapa-assessment.json", "sapa-scorecard.json"}
