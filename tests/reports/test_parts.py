"""A report printed from its parts is the report laid out in one piece: word for word, element for element, number for number."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from app import clock
from app.accounts.actor import Actor
from app.config import Settings
from app.db import Database
from app.keys.service import Signer
from app.portable.model import Portable
from app.reports import ahead, printed, service
from app.reports.build import Built, build
from app.reports.embedded import ASSESSMENT_NAME
from app.reports.fragments import fragment
from app.reports.fragments.keeping import store_of
from app.reports.fragments.printing import PRESS, NotPrinted, Press, TookTooLong
from app.reports.fragments.store import DAYS, Store, key_of
from app.reports.html import render_html
from app.reports.parts import Part, frame_of, parts_of
from app.reports.pdf import AttachedText, Rendered, render_pdf
from app.reports.signature import sign
from app.rubrics import registry
from tests.factories import make_assessment, make_organisation, make_person, small
from tests.reports.test_standards import broken_rules

HEAD = f"3:128:{'cd' * 32}"


def _short() -> Portable:
    """An assessment of one rubric: every kind of part, quickly laid out."""
    data = small().model_dump(mode="json", exclude_none=True)
    data["rubrics"], data["profile"] = ["double-degree@1"], "double-degree-readiness"
    data["answers"] = {name: one for name, one in data["answers"].items() if name.startswith("double-degree:")}
    data["actions"] = [one for one in data["actions"] if one["criterion"].startswith("double-degree:")]
    data["raters"], data["targets"] = {}, {}
    return Portable.model_validate(data)


def _built(language: str, portable: Portable | None = None) -> Built:
    return build(portable or _short(), registry.home(), language, draft=True, audit_head=HEAD)


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


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    @cache
    def made(language: str) -> Case:
        built = _built(language, small() if language == "kk" else None)
        store = Store(tmp_path_factory.mktemp("fragments"))
        joined = _in_parts(built, store)
        assert joined is not None
        assert joined.warnings == ()
        whole = render_pdf(render_html(built.report), _attached(built), day=built.portable.date, identifier="name")
        return Case(built, joined.pdf, whole.pdf, store)

    return made


@pytest.fixture(scope="module", params=["en", "kk", "ru"])
def case(request: pytest.FixtureRequest, cases: Callable[[str], Case]) -> Case:
    return cases(request.param)


@pytest.fixture(scope="module")
def english(cases: Callable[[str], Case]) -> Case:
    """One of them, for what needs no other language."""
    return cases("en")


def _texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


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


def test_a_signed_report_in_parts_keeps_both_standards(english: Case, signer: Signer) -> None:
    signed = sign(english.joined, signer, field_name="Signature of the organisation")
    assert signed.startswith(english.joined)
    assert broken_rules(signed) == []


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
    for store in (english.store, some, None):
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


def test_a_number_that_is_not_drawn_a_foreign_font_and_a_missing_glyph_are_no_part() -> None:
    page = "<!DOCTYPE html><html lang='en'><title>x</title><p>{}</p>"
    hidden = "<a href='#x' style='visibility: hidden'>see \u2007\u2007\u2007</a>"
    for inside in (hidden, "漢字", "a control character \x02"):
        with pytest.raises(NotPrinted):
            PRESS.draw("x", page.format(inside), seconds=20)


def test_a_part_that_takes_too_long_is_stopped_and_the_press_prints_on() -> None:
    bomb = "<!DOCTYPE html><html lang='en'><title>x</title>" + "<div style='display:flex'>" * 14 + "x"
    with pytest.raises(TookTooLong):
        PRESS.draw("x", bomb, seconds=1)
    assert PRESS.draw("x", "<!DOCTYPE html><html lang='en'><title>x</title><p>x", seconds=20).content


def test_a_part_fetches_nothing_and_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the words of a local file", encoding="utf-8")
    html = f"<!DOCTYPE html><html lang='en'><title>x</title><img alt='' src='file://{secret}'><img alt='' src='http://127.0.0.1:9/x'><p>x"
    made = PRESS.draw("x", html, seconds=20)
    assert len([one for one in made.said if "not fetched" in one]) == 2
    assert b"local file" not in made.content


def test_a_press_that_was_ended_is_started_again() -> None:
    press, part = Press(), "<!DOCTYPE html><html lang='en'><title>x</title><p>x"
    first = press.draw("x", part, seconds=20)
    press.close()
    assert press.draw("x", part, seconds=20).content == first.content
    press.close()


def test_fragments_are_found_only_by_what_they_were_made_from(tmp_path: Path) -> None:
    store, part = Store(tmp_path), Part("evidence", "<p>one")
    store.put(part, b"kept")
    assert store.get(part) == b"kept"
    assert store.get(Part("evidence", "<p>two")) is None
    assert store.get(Part("evidences", "<p>one")) is None
    assert len({key_of(part), key_of(Part("evidence", "<p>two")), key_of(Part("evidences", "<p>one"))}) == 3


def test_fragments_are_for_the_service_alone(tmp_path: Path) -> None:
    store, part = Store(tmp_path / "fragments"), Part("evidence", "<p>one")
    store.put(part, b"kept")
    (file,) = store.folder.glob("*/*")
    assert [one.stat().st_mode & 0o777 for one in (store.folder, file.parent, file)] == [0o700, 0o700, 0o600]


def test_no_fragment_stays_longer_than_it_may_and_the_oldest_makes_room(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    store = Store(tmp_path, room=250, now=lambda: moment)
    parts = [Part("part", f"<p>{number}") for number in range(4)]
    for part, days in zip(parts, (DAYS + 1, 3, 2, 1), strict=True):
        store.put(part, b"x" * 100)
        at = (moment - timedelta(days=days)).timestamp()
        file = next(one for one in tmp_path.glob("*/*") if one.name == key_of(part))
        os.utime(file, (at, at))
    assert store.get(parts[0]) is None
    assert store.sweep() == 1
    assert [store.get(one) is not None for one in parts] == [False, False, True, True]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = Store(tmp_path / "file")
    store.put(Part("evidence", "<p>one"), b"kept")
    assert store.get(Part("evidence", "<p>one")) is None


def test_parts_drawn_ahead_are_those_that_the_report_needs(database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    person = make_person(database, settings, organisation)
    assessment = make_assessment(database, organisation, _short())
    actor = Actor.of(person, at=clock.now())
    with database.read() as session:
        parts = ahead.parts_ahead(session, settings, registry.home(), actor, assessment.id, "en")
    assert ahead.draw_ahead(settings, parts) == len(parts)
    assert ahead.draw_ahead(settings, parts) == 0
    assert all(store_of(settings).get(one) is not None for one in parts)
