"""A report printed from its parts is the report laid out in one piece: word for word, element for element, number for number."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from app.keys.service import Signer
from app.portable.model import Portable
from app.portable.read import read_path
from app.reports import printed, service
from app.reports.build import Built, build
from app.reports.embedded import ASSESSMENT_NAME
from app.reports.fragments import fragment
from app.reports.fragments.printing import PRESS, Press
from app.reports.fragments.store import Store
from app.reports.html import render_html
from app.reports.parts import frame_of, parts_of
from app.reports.pdf import AttachedText, Rendered, render_pdf
from app.reports.signature import sign
from app.reports.signature_reading import read_signature
from app.rubrics import registry
from tests.factories import EXAMPLES, small
from tests.reports.short import short
from tests.reports.test_standards import broken_rules, other_opinions

LANGUAGES = ("en", "kk", "ru")
HEAD = f"3:128:{'cd' * 32}"


def _built(language: str, portable: Portable | None = None) -> Built:
    return build(portable or short(), registry.home(), language, draft=True, audit_head=HEAD)


def _attached(built: Built) -> list[AttachedText]:
    return [AttachedText(ASSESSMENT_NAME, "The assessment", built.portable.model_dump_json())]


def _in_parts(built: Built, store: Store | None = None, press: Press = PRESS) -> Rendered | None:
    day = built.portable.date
    return printed.print_in_parts(built.report, _attached(built), day=day, identifier="name", store=store, press=press)


@dataclass(frozen=True)
class Case:
    """The same report, printed in both ways, and where its parts are kept."""

    built: Built
    joined: bytes
    whole: bytes
    store: Store


RUNNING = 80
"""Words at most of whom it is about, of the chapter, of the foot with its number, and of the mark of a draft."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    @cache
    def made(name: str) -> Case:
        sample, language = name.startswith("sample"), name[-2:]
        whole_sample = read_path(EXAMPLES / f"paper-university.{language}.yaml", registry.home()) if sample else None
        built = _built(language, small() if name == "kk" else whole_sample)
        store = Store(tmp_path_factory.mktemp("fragments"))
        joined = _in_parts(built, store)
        assert joined is not None
        assert joined.warnings == ()
        whole = render_pdf(render_html(built.report), _attached(built), day=built.portable.date, identifier="name")
        return Case(built, joined.pdf, whole.pdf, store)

    return made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Three languages; with --all-pages the sample too, which takes a minute."""
    if "case" in metafunc.fixturenames:
        samples = [f"sample-{language}" for language in LANGUAGES] if metafunc.config.getoption("--all-pages") else []
        metafunc.parametrize("case", [*LANGUAGES, *samples], indirect=True, scope="module")


@pytest.fixture(scope="module")
def case(request: pytest.FixtureRequest, cases: Callable[[str], Case]) -> Case:
    return cases(request.param)


@pytest.fixture(scope="module")
def english(cases: Callable[[str], Case]) -> Case:
    """One of them, for what needs no other language."""
    return cases("en")


def _texts(pdf: bytes) -> list[tuple[list[str], list[str]]]:
    """The words of each page, and at their end what runs along all pages, drawn last in an order that nobody reads."""
    pages = (page.get_textpage().get_text_range().split() for page in pypdfium2.PdfDocument(pdf))
    return [(words[:-RUNNING], sorted(words[-RUNNING:])) for words in pages]


@dataclass(frozen=True)
class Shape:
    """What a reader finds in a file besides its text."""

    elements: list[tuple[Any, ...]]
    outline: list[Any]
    places: dict[str, tuple[float, ...]]
    about: dict[str, str]


def _shape(pdf: bytes) -> Shape:
    with pikepdf.open(BytesIO(pdf)) as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        names = document.Root.Names.Dests.Names
        with document.open_outline() as outline:
            entries = _outline(outline.root, pages)
        return Shape(
            list(_elements(document.Root.StructTreeRoot.K[0], pages)),
            entries,
            {str(names[at]): _place(names[at + 1], pages) for at in range(0, len(names), 2)},
            {key: str(value) for key, value in document.docinfo.items()},
        )


def _elements(element: Any, pages: Any) -> Iterator[tuple[Any, ...]]:
    """Every element in its order: what it is, on which page, its text, its attributes, how many pieces of content it holds."""
    page = pages[element.Pg.objgen] if "/Pg" in element else None
    attributes = {key: value for key, value in element.get("/A", {}).items() if key in ("/Scope", "/ColSpan", "/RowSpan")}
    held = [kid for kid in element.K if isinstance(kid, int)]
    yield str(element.S), page, str(element.get("/Alt", "")), str(sorted(attributes.items())), held
    for kid in element.K:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            assert kid.P.objgen == element.objgen
            yield from _elements(kid, pages)


def _place(place: Any, pages: Any) -> tuple[float, ...]:
    return pages[place[0].objgen], round(float(place[2]), 1), round(float(place[3]), 1)


def _outline(items: Sequence[Any], pages: Any) -> list[Any]:
    return [(one.title, _place(one.destination, pages), one.is_closed, _outline(one.children, pages)) for one in items]


def test_every_page_says_what_it_says_when_the_report_is_laid_out_in_one_piece(case: Case) -> None:
    joined, whole = _texts(case.joined), _texts(case.whole)
    assert len(joined) == len(whole)
    for number, (ours, theirs) in enumerate(zip(joined, whole, strict=True), 1):
        assert ours == theirs, number


def test_elements_outline_and_places_are_those_of_one_piece(case: Case) -> None:
    joined, whole = _shape(case.joined), _shape(case.whole)
    assert joined.elements == whole.elements
    assert joined.outline == whole.outline
    assert joined.places == whole.places
    assert joined.about == whole.about


def test_a_report_in_parts_keeps_both_standards(case: Case) -> None:
    assert broken_rules(case.joined) == []


def test_a_signed_report_in_parts_keeps_both_standards(english: Case, signer: Signer, tmp_path: Path) -> None:
    signed = sign(english.joined, signer, field_name="Signature of the organisation")
    assert signed.startswith(english.joined)
    found = read_signature(signed)
    assert found is not None
    assert found["good"]
    assert broken_rules(signed) == []
    assert other_opinions(signed, tmp_path) == []


def test_every_printed_number_is_the_page_that_its_link_leads_to(english: Case) -> None:
    pages, shape, seen = pypdfium2.PdfDocument(english.joined), _shape(english.joined), 0
    with pikepdf.open(BytesIO(english.joined)) as document:
        for number, page in enumerate(document.pages):
            text = pages[number].get_textpage()
            for link in page.get("/Annots", ()):
                box = [float(one) for one in link.Rect]
                said = text.get_text_bounded(min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
                if "/Dest" in link and (shown := re.search(r"(?:p\.\s*|\s)(\d+)\s*$", said)) and ("p." in said or number == 2):
                    seen += 1
                    assert int(shown[1]) - 1 == shape.places[str(link.Dest)][0], (number, said)
    assert seen > 60


def test_every_piece_of_content_and_every_link_belongs_to_the_element_that_holds_it(english: Case) -> None:
    with pikepdf.open(BytesIO(english.joined)) as document:
        root = document.Root.StructTreeRoot
        nums = list(root.ParentTree.Nums)
        owners: dict[int, Any] = {int(key): owner for key, owner in zip(nums[::2], nums[1::2], strict=True)}
        assert list(owners) == list(range(len(owners)))
        for page in document.pages:
            for content, owner in enumerate(owners[int(page.StructParents)]):
                assert owner is None or content in [kid for kid in owner.K if isinstance(kid, int)]
            for link in page.get("/Annots", ()):
                held = [kid for kid in owners[int(link.StructParent)].K if isinstance(kid, pikepdf.Dictionary)]
                assert link.objgen in [kid.Obj.objgen for kid in held if "/Obj" in kid]
        names = [
            bytes(one.ID) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/ID" in one and "/S" in one
        ]
        assert len(names) == len(set(names)) > 0
        files = [one.FontFile2.objgen for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one]
        assert len(files) == len(set(files)) <= 4


def test_kept_parts_and_parts_drawn_anew_give_the_same_bytes(english: Case, tmp_path: Path) -> None:
    parts = [frame_of(english.built.report), *parts_of(english.built.report)]
    some = Store(tmp_path / "some")
    for one in parts[::3]:
        kept = english.store.get(one)
        assert kept is not None
        some.put(one, kept)
    for store in (english.store, some):
        again = _in_parts(english.built, store)
        assert again is not None
        assert again.pdf == english.joined


def test_after_a_changed_answer_only_what_says_so_is_drawn_again(english: Case) -> None:
    portable = english.built.portable
    name = next(name for name, one in portable.answers.items() if one.level)
    changed = portable.answers[name].model_copy(update={"comment": "Something else is said now."})
    other = _built("en", portable.model_copy(update={"answers": {**portable.answers, name: changed}}))
    new = [one.name for one in (frame_of(other.report), *parts_of(other.report)) if english.store.get(one) is None]
    assert [one for one in new if one not in ("frame", "cover")] == [
        next(one for one in new if one.startswith("c-double-degree"))
    ]
    assert {"frame", "cover"} <= set(new)


def _spoilt(english: Case, tmp_path: Path, name: str, content: bytes) -> Store:
    """Everything kept as it was, but for one part."""
    store = Store(tmp_path)
    for one in (frame_of(english.built.report), *parts_of(english.built.report)):
        kept = content if one.name == name else english.store.get(one)
        assert kept is not None
        store.put(one, kept)
    return store


def _kept(english: Case, name: str) -> bytes:
    part = next(one for one in (frame_of(english.built.report), *parts_of(english.built.report)) if one.name == name)
    kept = english.store.get(part)
    assert kept is not None
    return kept


def _with_a_wrong_mark(content: bytes) -> bytes:
    part = fragment.from_bytes(content)
    objects = part.objects.replace(fragment.SHARED + b"document", fragment.SHARED + b"elsewhere", 1)
    return fragment.to_bytes(replace(part, objects=objects))


@pytest.mark.parametrize("error", ["a part is another", "a part is of an unknown kind", "a mark is wrong", "cut off", "no part"])
def test_parts_that_do_not_fit_are_not_joined_and_not_kept(english: Case, tmp_path: Path, error: str) -> None:
    evidence = _kept(english, "evidence")
    opened = fragment.from_bytes(evidence)
    landscape = tuple(replace(one, kind="landscape") for one in opened.leaves)
    content = {
        "a part is another": _kept(english, "method"),
        "a part is of an unknown kind": fragment.to_bytes(replace(opened, leaves=landscape)),
        "a mark is wrong": _with_a_wrong_mark(evidence),
        "cut off": evidence[:-20],
        "no part": b"%PDF-1.7",
    }[error]
    store = _spoilt(english, tmp_path, "evidence", content)
    assert _in_parts(english.built, store) is None
    assert [one for one in tmp_path.glob("*/*") if one.is_file()] == []


def test_a_report_whose_parts_do_not_fit_is_laid_out_in_one_piece(english: Case, tmp_path: Path) -> None:
    store = _spoilt(english, tmp_path, "evidence", _kept(english, "method"))
    fallen = service.print_pdf(english.built, "full", store=store)
    assert _texts(fallen.pdf) == _texts(english.joined)
    assert fallen.pdf != english.joined
    # What did not fit was not kept: the next report is joined again.
    again = _in_parts(english.built, store)
    assert again is not None
    assert again.pdf == english.joined
