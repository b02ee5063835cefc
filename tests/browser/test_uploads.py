"""Files in a real browser: dropped, pasted, chosen, without JavaScript, broken off and tried again."""

import base64
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import AXE, RULES

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
Visit = Callable[..., Page]
DROP = """([files, kind]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  for (const type of ["dragover", "drop"]) {
    document.querySelector("main").dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}));
  }
}"""
PASTE = """([text]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "image.png", {type: "image/png"}));
  document.body.dispatchEvent(new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data}));
}"""


def _pdf() -> bytes:
    return PDF + os.urandom(32)


def _drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [[[name, base64.b64encode(content).decode()] for name, content in files], ""])


def _library(site: Site) -> str:
    return f"/organisations/{site.organisation.id}/evidence/new"


def _criterion(site: Site) -> str:
    return f"{site.assessment}/criteria/esg-2015:policy.review"


def test_dropped_files_are_sent_one_by_one_and_each_says_what_became_of_it(visit: Visit, site: Site) -> None:
    page = visit(_criterion(site))
    same = _pdf()
    _drop(page, ("Review_minutes.pdf", same), ("empty.pdf", b""), ("again.pdf", same))
    rows = page.locator(".uploads__file")
    expect(rows).to_have_count(3)
    expect(rows.nth(0).locator("input")).to_have_value("Review minutes")
    page.get_by_role("button", name="Upload and link").click()
    expect(rows.nth(0)).to_contain_text("Choose a kind")
    page.select_option("#upload_kind", "minutes")
    page.get_by_role("button", name="Upload and link").click()
    expect(rows.nth(1)).to_contain_text("The file is empty")
    told = rows.nth(0).inner_text() + rows.nth(2).inner_text()
    expect(page.locator("#linked")).to_contain_text("Review minutes")
    expect(page.locator(".uploads__list")).to_contain_text("is there already as")
    assert told
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run(document, {RULES})")["violations"] == []


def test_an_upload_does_not_make_ones_own_answer_stale(visit: Visit, site: Site) -> None:
    page = visit(_criterion(site))
    _drop(page, ("one.pdf", _pdf()), ("two.pdf", _pdf()), ("three.pdf", _pdf()))
    page.select_option("#upload_kind", "minutes")
    page.get_by_role("button", name="Upload and link").click()
    expect(page.locator(".uploads__told")).to_contain_text("3 of 3")
    page.fill("#comment", "Written after the upload")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.get_by_role("heading", name="Somebody else saved")).to_have_count(0)


def test_a_pasted_picture_is_named_by_its_moment_and_asks_for_a_title(visit: Visit, site: Site) -> None:
    page = visit(_library(site))
    target = io.BytesIO()
    Image.effect_noise((40, 30), 50).save(target, "PNG")
    page.evaluate(PASTE, [base64.b64encode(target.getvalue()).decode()])
    row = page.locator(".uploads__file")
    expect(row.locator("strong")).to_have_text(re.compile(r"^Picture \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.png$"))
    page.select_option("#upload_kind", "minutes")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(row).to_contain_text("Give the picture a title")
    row.locator("input").fill("The board in the hall")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(row).to_contain_text("Kept as")


def test_what_broke_off_or_was_cancelled_is_sent_again(visit: Visit, site: Site) -> None:
    page = visit(_library(site))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/evidence/uploads", hold)
    _drop(page, *((f"{number}.pdf", _pdf()) for number in range(3)))
    page.select_option("#upload_kind", "minutes")
    page.get_by_role("button", name="Upload", exact=True).click()
    rows = page.locator(".uploads__file")
    expect(rows.nth(1).locator("progress")).to_be_visible()
    expect(rows.nth(2)).to_contain_text("waiting")
    assert len(held) == 2, "at most two at once"
    rows.nth(0).get_by_role("button", name="Cancel").click()
    expect(rows.nth(0)).to_contain_text("cancelled, not stored")
    held[1].abort("internetdisconnected")
    expect(rows.nth(1)).to_contain_text("The connection broke off")
    page.unroute("**/evidence/uploads")
    for row in (0, 1):
        rows.nth(row).get_by_role("button", name="Try again").click()
        expect(rows.nth(row)).to_contain_text("Kept as")
    expect(page.locator(".uploads__told")).to_contain_text("3 of 3")


def test_a_suggested_criterion_is_linked_with_one_click_and_not_before(visit: Visit, site: Site) -> None:
    page = visit(_library(site))
    _drop(page, ("1.1.a policy.pdf", _pdf()))
    page.select_option("#upload_kind", "policy")
    page.get_by_role("button", name="Upload", exact=True).click()
    offer = page.locator(".uploads__suggestion").first
    expect(offer).to_contain_text("1.1.a")
    offer.get_by_role("button").click()
    expect(offer).to_contain_text("linked")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_plain_form_takes_many_files_without_script(visit: Visit, site: Site, tmp_path: Path, language: str) -> None:
    page = visit(_library(site), language, script=False, width=360)
    paths: list[Any] = []
    for name, content in ((f"good {language}.pdf", _pdf()), ("bad.pdf", b"<html>")):
        (tmp_path / name).write_bytes(content)
        paths.append(tmp_path / name)
    page.set_input_files("#upload_file", paths)
    page.select_option("#upload_kind", "minutes")
    page.click(".uploads button[type=submit]")
    expect(page.locator(".uploaded__file--kept")).to_contain_text(f"good {language}.pdf")
    expect(page.locator(".uploaded__file--refused")).to_contain_text("bad.pdf")


def test_files_dropped_on_the_list_of_the_library_open_its_form_and_are_stored(visit: Visit, site: Site) -> None:
    page = visit(_library(site).removesuffix("/new"))
    expect(page.locator("#upload_file")).to_be_hidden()
    _drop(page, ("Okapi_protocol.pdf", _pdf()))
    row = page.locator(".uploads__file")
    expect(row.locator("input")).to_have_value("Okapi protocol")
    page.select_option("#upload_kind", "minutes")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(row).to_contain_text("E-")
    page.reload()
    expect(page.locator("table")).to_contain_text("Okapi protocol")
