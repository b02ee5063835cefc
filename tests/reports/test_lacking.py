"""A report says what it lacks: characters that our fonts do not have, a logo that is damaged, files of evidence that are gone."""

import io
import re
from html import unescape
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from app import clock
from app.accounts.models import Organisation, Role
from app.assessments.models import Assessment
from app.config import Settings
from app.covers.models import Cover
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.logos import draw_logo, is_whole
from app.files.storage import Storage
from app.i18n import gettext, use
from app.portable.model import Portable
from app.reports import service
from app.reports.build import build
from app.reports.glyphs import known, lacking, printable
from app.reports.html import render_html, saved_html
from app.reports.parts import parts_of, written_parts
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small

LANGUAGES = ("kk", "ru", "en")
DAMAGED = (
    "The logo of the organisation cannot be drawn: its stored file is damaged. It has to be set again on the page of the cover."
)
REFERENCE = "esg-2015:policy.approved"


def _with(portable: Portable, **written: str) -> Portable:
    """The assessment with these words in the answer to one criterion."""
    answer = portable.answers[REFERENCE].model_copy(update=written)
    return portable.model_copy(update={"answers": {**portable.answers, REFERENCE: answer}})


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def _words(language: str, text: str) -> str:
    with use(language):
        return gettext(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_character_that_no_font_has_is_printed_as_its_code_and_the_report_says_where(language: str) -> None:
    portable = _with(small(), comment="With 学 and 😀 in it", strengths="Also 学")
    html = render_html(build(portable, registry.home(), language).report, "full")
    assert known().issuperset(html)
    told = _text(html)
    code = registry.home().rubric("esg-2015@1").by_id["policy.approved"].code
    assert "With [U+5B66] and [U+1F600] in it" in told
    assert _words(language, "Characters that cannot be printed") in told
    assert f"{code} {_words(language, 'Answer')}: U+5B66, U+1F600" in told
    assert f"{code} {_words(language, 'Strengths')}: U+5B66" in told


def test_a_report_names_only_what_it_would_have_shown() -> None:
    portable = _with(small(), comment="学").model_copy(update={"title": {"en": "Title 位"}})
    told = _text(render_html(build(portable, registry.home(), "en").report, "summary"))
    assert "Names and titles: U+4F4D" in told
    assert "U+5B66" not in told
    plan = _text(render_html(build(portable, registry.home(), "en").report, "plan"))
    assert "Names and titles: U+4F4D" in plan
    assert "U+5B66" not in plan
    assert "cannot be printed" not in render_html(build(small(), registry.home(), "en").report, "full")


def test_the_parts_of_a_report_name_what_the_whole_names_and_come_in_its_order() -> None:
    report = build(_with(small(), comment="With 学 in it"), registry.home(), "en").report
    parts = {one.name: one for one in parts_of(report)}
    assert "U+5B66" in _text(parts["profile"].html)
    assert "U+5B66" not in _text(parts["cover"].html)
    assert next(iter(written_parts(report))).name == "gaps-0"
    assert [*parts][:4] == ["cover", "summary", "contents", "profile"]
    assert [one.place for one in parts.values()] == [*range(len(parts))]


def test_a_saved_report_keeps_the_characters_for_the_fonts_of_its_reader() -> None:
    html = saved_html(build(_with(small(), comment="学"), registry.home(), "en").report, "full")
    assert "学" in html
    assert "cannot be printed" not in html


def test_the_pdf_has_no_font_but_ours_and_its_data_keep_the_character() -> None:
    portable = small().model_copy(update={"title": {"en": "Title 位 😀"}})
    pdf = service.make(portable, registry.home(), language="en", kind="plan", wanted="pdf")
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = {str(one.BaseFont) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
        data = next(spec.get_file().read_bytes() for spec in document.attachments.values() if "assessment" in spec.filename)
    assert fonts
    assert all("Noto-Sans" in one or "NotoSans" in one for one in fonts), fonts
    assert "Title 位 😀".encode() in data
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    assert "Title [U+4F4D] [U+1F600]" in " ".join(pages[0].split())
    assert any("Names and titles: U+4F4D, U+1F600" in page for page in pages)


def test_what_has_no_shape_is_left_out_and_nobody_is_told() -> None:
    assert lacking("a\U000e0041b\ufe0f") == ()
    assert printable("a\U000e0041b\ufe0fc\n") == "abc\n"
    assert lacking("学学位") == ("U+5B66", "U+4F4D")


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    """An organisation whose quality manager is signed in."""
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


@pytest.fixture
def assessment(database: Database, organisation: Organisation) -> Assessment:
    return make_assessment(database, organisation)


def _kept_and_lost(database: Database, settings: Settings, organisation: Organisation) -> tuple[EvidenceItem, EvidenceItem]:
    """Two items with a file each; that of the second is gone from the storage."""
    storage = Storage(settings.files_dir)
    with database.write() as session:
        query = select(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id).order_by(EvidenceItem.id).limit(2)
        kept, lost = session.scalars(query).all()
        for item in (kept, lost):
            stored = storage.store(io.BytesIO(item.code.encode()), limit=1000)
            file: dict[str, Any] = {
                "sha256": stored.sha256,
                "size": stored.size,
                "media_type": "text/plain",
                "file_name": "a.txt",
            }
            session.add(EvidenceVersion(item_id=item.id, number=1, uploaded_at=clock.now(), **file))
        storage.path_of(stored.sha256).unlink()
    return kept, lost


def _index_line(html: str, code: str) -> str:
    """What the evidence index says of an item."""
    lines: list[str] = re.findall(r'<li class="index".*?</li>', html, flags=re.DOTALL)
    return next(one for one in lines if f">{code}</span>" in one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_index_says_which_file_is_gone(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment, language: str
) -> None:
    kept, lost = _kept_and_lost(database, settings, organisation)
    html = client.get(f"/assessments/{assessment.id}/report.html?lang={language}").text
    told = _words(language, "its file is missing from the storage")
    assert told in _index_line(html, lost.code)
    assert told not in _index_line(html, kept.code)


def test_a_file_that_is_gone_is_not_told_to_who_may_not_open_it(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    _kept, lost = _kept_and_lost(database, settings, organisation)
    with database.write() as session:
        session.merge(lost).confidentiality = "restricted"
    assert "missing from the storage" in client.get(f"/assessments/{assessment.id}/report.html?lang=en").text
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR))
    assert "missing from the storage" not in client.get(f"/assessments/{assessment.id}/report.html?lang=en").text


def test_the_report_of_a_binder_and_of_what_lacks_nothing_are_different_files() -> None:
    whole = build(small(), registry.home(), "en").report
    without = build(small(), registry.home(), "en", gone=frozenset({next(iter(small().evidence))})).report
    assert service.identifier_of(whole, "full") != service.identifier_of(without, "full")


def _picture() -> bytes:
    target = BytesIO()
    Image.new("RGB", (300, 200), "#aa2200").save(target, "PNG")
    return draw_logo(target.getvalue())


def test_a_logo_is_whole_only_as_it_was_written() -> None:
    logo = _picture()
    assert is_whole(logo)
    for broken in (logo[:-20], logo[:40] + b"\0" + logo[41:], b"", b"GIF89a", logo[8:], logo[:8]):
        assert not is_whole(broken)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_logo_is_told_on_the_cover_and_the_report_is_made_without_it(
    client: Client, database: Database, organisation: Organisation, assessment: Assessment, language: str
) -> None:
    with database.write() as session:
        session.add(Cover(organisation_id=organisation.id, set_at=clock.now(), logo=_picture()[:-30], colour=None, words={}))
    told = _words(language, DAMAGED)
    for kind in ("full", "summary", "plan", "summary&page=phone"):
        html = client.get(f"/assessments/{assessment.id}/report.html?kind={kind}&lang={language}").text
        assert told in unescape(html)
        assert "data:image/png" not in html
    assert client.get(f"/assessments/{assessment.id}/report.pdf?kind=summary&lang={language}").content.startswith(b"%PDF")
    assert "is damaged" in client.get(f"/organisations/{organisation.id}/cover?lang=en").text
