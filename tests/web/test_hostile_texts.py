"""Markup in every text that people write is shown as text: on every page, in every language, and in the PDF."""

import re
from typing import Any

import pypdfium2
import pytest

from app.config import Settings
from app.db import Database
from app.portable.model import Portable
from app.reports.service import make
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small

HOSTILE = "<svg onload=alert(1)><script>alert(2)</script>\"'&amp; {{ 7*7 }}"
RAW = re.compile(r"<svg onload|<script>alert")
LONG = "w" * 20_000
TEXTS = {"en", "comment", "strengths", "not_applicable", "where", "proves", "title", "what", "owner", "indicator", "name"}


def _hostile(value: Any, key: str = "") -> Any:
    """The data with the hostile text in place of every text of a person."""
    if isinstance(value, dict):
        return {name: _hostile(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hostile(inner, key) for inner in value]
    return HOSTILE if isinstance(value, str) and key in TEXTS else value


def _sample() -> Portable:
    data = _hostile(small().model_dump(mode="json"))
    data["answers"]["esg-2015:policy.review"] = {"level": 1, "comment": LONG}
    return Portable.model_validate(data)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_shows_markup_as_text(client: Client, database: Database, settings: Settings, language: str) -> None:
    organisation = make_organisation(database, HOSTILE)
    made = make_assessment(database, organisation, _sample())
    client.as_(make_person(database, settings, organisation, name=HOSTILE))
    client.cookies.set("language", language)
    answered = [f"/criteria/{name}" for name in _sample().answers] + [f"/history/{name}" for name in _sample().answers]
    parts = ["", "/results", "/gaps", "/plan", "/evidence", "/coverage", "/summary", "/downloads", "/report.html", *answered]
    places = ["/assessments", f"/organisations/{organisation.id}/evidence", *(f"/assessments/{made.id}{part}" for part in parts)]
    shown = 0
    for place in places:
        page = client.get(place)
        assert page.status_code == 200, place
        assert RAW.search(page.text) is None, place
        shown += page.text.count("&lt;svg onload=alert(1)&gt;")
        assert page.text.count("{{ 7*7 }}") >= page.text.count("&lt;svg onload"), place
    assert shown > 50


def test_the_pdf_shows_markup_as_text_and_breaks_a_word_without_end() -> None:
    pdf = make(_sample(), registry.home(), language="en", kind="full", wanted="pdf")
    document = pypdfium2.PdfDocument(pdf)
    width = document[0].get_width()
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "<svg onload=alert(1)><script>alert(2)</script>" in text.replace("\r\n", "")
    assert "{{ 7*7 }}" in text
    for page in document:
        letters = page.get_textpage()
        rights = [letters.get_charbox(index)[2] for index in range(0, letters.count_chars(), 37)]
        assert max(rights, default=0) <= width
    document.close()
