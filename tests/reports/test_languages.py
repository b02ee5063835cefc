"""Texts in another language than their report say so: in HTML, in the PDF's structure, in Word."""

import ctypes
import re
from collections.abc import Iterator, Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import BaseModel

from app.portable.model import Portable
from app.reports import service
from app.reports.build import build
from app.reports.docx import render_docx
from app.reports.fragments.store import Store
from app.reports.html import render_html, saved_html
from app.reports.pdf import render_pdf
from app.rubrics import registry
from app.web.languages import language_of, marked
from tests import catalogues
from tests.factories import small
from tests.reports.test_standards import broken_rules, other_opinions

LANGUAGES = ("kk", "ru", "en")
REFERENCE = "esg-2015:policy.approved"
RUSSIAN = "Политика утверждена и пересматривается каждый год."
KAZAKH = "Саясат бекітілген және жыл сайын қайта қаралады."
ENGLISH = "The policy is approved and reviewed each year."
SAID = {"kk": KAZAKH, "ru": RUSSIAN, "en": ENGLISH}
OF_LETTERS = "Буквы вроде қ и к, і и и не различаются."
"""A Russian sentence of ours about Kazakh letters, on a page of the site."""


def _texts(found: Any) -> Iterator[Mapping[str, str]]:
    """Every text of a part of the library, in its languages."""
    if isinstance(found, BaseModel):
        found = dict(found)
    if isinstance(found, Mapping):
        if set(found) == set(LANGUAGES):
            yield found
        else:
            for one in found.values():
                yield from _texts(one)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _texts(one)


@pytest.fixture(scope="module")
def library() -> list[Mapping[str, str]]:
    home = registry.home()
    texts = [one for rubric in home.rubrics.values() for one in _texts(rubric)] + list(_texts(home.kinds))
    assert len(texts) > 3000
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_ours_is_taken_for_another_language(library: list[Mapping[str, str]], language: str) -> None:
    ours = [one[language] for one in library]
    if language != "en":
        for one in catalogues.read(language):
            texts = one.string if isinstance(one.string, list | tuple) else [one.string]
            # What stands in braces or after a percent sign is filled in.
            ours += [re.sub(r"%\(\w+\)s|\{\w+\}", " ", text or "") for text in texts if one.id]
    assert [one for one in ours if language_of(one, language) and one != OF_LETTERS] == []


@pytest.mark.parametrize("page", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_other_languages_are_known_by_their_letters_and_words(
    library: list[Mapping[str, str]], language: str, page: str
) -> None:
    found = [language_of(one[language], page) for one in library]
    assert set(found) <= {language, None} if page != "en" else set(found) <= {"kk", "ru", None}
    wanted = None if language == page else language
    assert found.count(wanted) >= 0.96 * len(found)


@pytest.mark.parametrize(
    ("text", "page", "language"),
    [
        ("", "en", None),
        ("ISO 9001:2015", "kk", None),
        ("Kooperationsvertrag für Studierende", "ru", None),
        ("Universität of Würzburg", "kk", None),
        ("Learning Agreement", "ru", None),
        ("Хаттама", "kk", None),
        ("Хаттама", "en", "ru"),
        ("Қазақстан", "en", "kk"),
        ("Договор с университетом имени әл-Фараби о двойном дипломе", "en", "ru"),
        ("Договор с университетом имени әл-Фараби о двойном дипломе", "kk", "ru"),
        ("Договор с университетом имени әл-Фараби о двойном дипломе", "ru", None),
        ("ECTS бойынша келісім", "ru", "kk"),
        ("2026–2027 · 12", "ru", None),
    ],
)
def test_a_name_or_a_few_words_are_marked_only_where_something_tells(text: str, page: str, language: str | None) -> None:
    assert language_of(text, page) == language


@pytest.mark.parametrize(
    ("html", "with_languages"),
    [
        (f"<p>{RUSSIAN}</p>", f'<p lang="ru">{RUSSIAN}</p>'),
        (f'<td class="x">{KAZAKH}</td>', f'<td class="x" lang="kk">{KAZAKH}</td>'),
        (f"<p><b>Answer:</b> {RUSSIAN}<br/>{KAZAKH}</p>",
         f'<p><b>Answer:</b> <span lang="ru">{RUSSIAN}</span><br/><span lang="kk">{KAZAKH}</span></p>'),
        (f"<head><title>{RUSSIAN}</title><style>{RUSSIAN}</style></head>",) * 2,
        (f'<p lang="kk">{RUSSIAN}</p>',) * 2,
        ("<p>&#1055;</p>",) * 2,
        (f"<p>{ENGLISH}</p>",) * 2,
    ],
)  # fmt: skip
def test_a_text_alone_is_marked_at_its_element_and_one_among_others_around_it(html: str, with_languages: str) -> None:
    assert marked(f"<body>{html}</body>", "en") == f"<body>{with_languages}</body>"


@given(st.lists(st.tuples(st.sampled_from(["p", "td", "b", "i"]), st.text()), max_size=6), st.sampled_from(LANGUAGES))
def test_marking_adds_languages_and_changes_nothing_else(pieces: list[tuple[str, str]], page: str) -> None:
    html = "<html><body>" + "".join(f"<{tag}>{escape(text)}</{tag}>{escape(text)}" for tag, text in pieces) + "</body></html>"
    plain = re.sub(r"<span[^>]*>|</span>", "", re.sub(r' lang="\w\w"', "", marked(html, page)))
    assert plain == html


def _with(**written: str) -> Portable:
    """An assessment with these words in the answer to one criterion."""
    portable = small()
    answer = portable.answers[REFERENCE].model_copy(update=written)
    return portable.model_copy(update={"answers": {**portable.answers, REFERENCE: answer}})


def _spoken(pdf: bytes) -> dict[str, str]:
    """What each language says, as another reader finds it: the language of elements, and the text of their content."""
    document, found = pypdfium2.PdfDocument(pdf), dict[str, str]()
    for page in document:
        words = _content(page)
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        roots = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, one) for one in range(pdfium.FPDF_StructTree_CountChildren(tree))]
        for element in (one for root in roots for one in _below(root)):
            language = _said(pdfium.FPDF_StructElement_GetLang, element)
            if language:
                mcids = range(pdfium.FPDF_StructElement_GetMarkedContentIdCount(element))
                texts = [words.get(pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, one), "") for one in mcids]
                found[language] = " ".join([found.get(language, ""), *texts]).strip()
        pdfium.FPDF_StructTree_Close(tree)
    return found


def _below(element: Any) -> Iterator[Any]:
    yield element
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
        if child:
            yield from _below(child)


def _said(ask: Any, element: Any) -> str:
    length = ask(element, None, 0)
    buffer = ctypes.create_string_buffer(length)
    ask(element, buffer, length)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _content(page: Any) -> dict[int, str]:
    texts, found = page.get_textpage(), dict[int, str]()
    for one in page.get_objects():
        mcid = pdfium.FPDFPageObj_GetMarkedContentID(one.raw)
        if mcid >= 0 and one.type == pdfium.FPDF_PAGEOBJ_TEXT:
            length = pdfium.FPDFTextObj_GetText(one.raw, texts.raw, None, 0)
            buffer = (ctypes.c_ushort * (length // 2))()
            pdfium.FPDFTextObj_GetText(one.raw, texts.raw, buffer, length)
            found[mcid] = found.get(mcid, "") + bytes(buffer).decode("utf-16-le").rstrip("\0")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_at_each_text_of_another_language_which_it_is(language: str, tmp_path: Path) -> None:
    others = [one for one in LANGUAGES if one != language]
    portable = _with(comment="\n\n".join(SAID.values()), strengths=SAID[others[0]])
    built = build(portable, registry.home(), language)
    pdf = service.print_pdf(built, "full", store=Store(tmp_path / "kept")).pdf
    spoken = _spoken(pdf)
    for one in others:
        assert spoken[one].count(SAID[one]) >= 1
    assert spoken[others[0]].count(SAID[others[0]]) == 2
    assert language not in spoken
    assert _spoken(render_pdf(render_html(built.report, "full"), [], day=portable.date, identifier="x").pdf) == spoken
    if language == "kk":
        assert broken_rules(pdf) == []
        assert other_opinions(pdf, tmp_path) == []


def test_a_report_in_one_language_marks_nothing(tmp_path: Path) -> None:
    built = build(_with(comment=ENGLISH), registry.home(), "en")
    pdf = service.print_pdf(built, "full", store=Store(tmp_path)).pdf
    with pikepdf.open(BytesIO(pdf)) as document:
        assert [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Lang" in one and "/S" in one] == []
    assert saved_html(built.report).count(" lang=") == 1


def test_a_saved_report_and_a_word_document_say_it_too() -> None:
    report = build(_with(comment=f"{RUSSIAN}\n\n{KAZAKH}"), registry.home(), "en").report
    html = saved_html(report)
    assert f'<span lang="ru">{RUSSIAN}</span>' in html
    assert f'lang="kk">{KAZAKH}<' in html
    with ZipFile(BytesIO(render_docx(report))) as parts:
        body = etree.fromstring(parts.read("word/document.xml"))
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    runs = {"".join(one.itertext()): one.find(f"{word}rPr/{word}lang") for one in body.iter(f"{word}r")}
    told = {text: mark.get(f"{word}val") for text, mark in runs.items() if mark is not None}
    assert {words: language for text, language in told.items() for words in (RUSSIAN, KAZAKH) if words in text} == {
        RUSSIAN: "ru-RU", KAZAKH: "kk-KZ",
    }  # fmt: skip
