"""How parts are drawn: what they are read as, what is left out of their style, and several of them in one process."""

import re
from xml.etree import ElementTree as ET

import pytest
from weasyprint import HTML
from weasyprint.html import UA

from app.i18n import LANGUAGES
from app.portable.read import read_path
from app.reports.build import build
from app.reports.fetching import OurFontsOnly
from app.reports.fragments import fragment, reading, specimen
from app.reports.fragments.drawing import TEMPLATES, Drawing
from app.reports.fragments.fragment import Slot
from app.reports.fragments.printing import PRESS
from app.reports.page_blank import BLANK
from app.reports.parts import frame_of, parts_of
from app.rubrics import registry
from tests.factories import EXAMPLES

PAGE = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{}</body></html>'
NUMBERED = f'<p><a href="#there">see <span class="page-number">{BLANK}</span></a></p><p id="there">there</p>'


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_well_formed_so_that_it_is_read_quickly(language: str) -> None:
    library = registry.home()
    built = build(read_path(EXAMPLES / f"paper-university.{language}.yaml", library), library, language, draft=True)
    for part in (frame_of(built.report), *parts_of(built.report)):
        assert type(reading.read(part.html, OurFontsOnly())) is not HTML, part.name


def _tree(element: ET.Element) -> tuple[str, dict[str, str], str, list[object]]:
    attributes = {name: value for name, value in element.attrib.items() if not name.endswith("xmlns")}
    return element.tag, attributes, " ".join((element.text or "").split()), [_tree(one) for one in element]


def test_what_is_read_as_xml_is_what_is_read_as_html() -> None:
    library = registry.home()
    built = build(read_path(EXAMPLES / "paper-university.kk.yaml", library), library, "kk", draft=True)
    for part in parts_of(built.report):
        quick = reading.read(part.html, OurFontsOnly())
        slow = HTML(string=part.html, url_fetcher=OurFontsOnly())
        assert _tree(quick.etree_element)[3] == _tree(slow.etree_element)[3]


def test_what_is_not_well_formed_is_read_as_html() -> None:
    for text in ("a control character \x02", "<p>not closed", "&nbsp;"):
        assert type(reading.read(PAGE.format(text), OurFontsOnly())) is HTML


def test_no_element_has_notes_or_a_mark_that_nobody_sees() -> None:
    everywhere = re.compile(r"(?m)^::[\w-]+")
    assert sorted(everywhere.findall(UA)) == [
        "::footnote-call", "::footnote-marker", "::marker", "::note-call", "::note-callback", "::note-marker",
    ]  # fmt: skip
    assert everywhere.findall(reading.own_css()) == []
    assert "\nli::marker {" in reading.own_css()


def test_no_rule_for_a_direction_of_writing_is_tried_with_every_element() -> None:
    assert UA.count("[dir") > 10
    assert "[dir" not in reading.own_css()
    # Whole rules went, and nothing beside them.
    gone = set(UA.splitlines()) - set(reading.own_css().splitlines())
    assert all("[dir" in one or one.startswith(("::", "  ")) for one in gone), gone


@pytest.mark.parametrize("face", ["em", "b", "em><b"])
def test_a_page_number_stands_beside_digits_of_any_face(face: str) -> None:
    closing = "></".join(reversed(face.split("><")))
    drawn = PRESS.draw(("x", PAGE.format(f"<p><{face}>0123456789</{closing}></p>{NUMBERED}")), seconds=60)
    slots = [one for leaf in fragment.from_bytes(drawn.content).leaves for one in leaf.pieces if isinstance(one, Slot)]
    assert [one.target for one in slots] == ["there"]


def test_parts_that_share_a_process_are_the_same_as_alone() -> None:
    parts = [("one", PAGE.format("<p>One.</p>")), ("two", PAGE.format(NUMBERED))]
    assert PRESS.draw(*parts, seconds=60).contents == tuple(PRESS.draw(one, seconds=60).content for one in parts)


def test_the_specimen_has_every_size_that_the_style_sheets_name() -> None:
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    written = set(re.findall(r"font-size: ([0-9.]+pt)", css))
    html = specimen.html([css])
    assert written
    assert all(f"font-size: {size}" in html for size in written)
    assert f"font-size: {specimen.BODY}" in html
    assert Drawing().draw("specimen", html).leaves
