"""The language and the colours are chosen without losing the place; dates are those of the installation's time zone."""

import re

import pytest

from app.config import Settings
from app.db import Database
from app.web.templates import TEMPLATES
from tests.conftest import Client
from tests.factories import make_organisation, make_person


@pytest.mark.parametrize(("theme", "scheme"), [("light", "light"), ("dark", "dark")])
def test_a_chosen_theme_holds_until_the_device_decides_again(client: Client, theme: str, scheme: str) -> None:
    client.signed_out()
    answer = client.post("/theme", data={"theme": theme, "next": "/forgot?x=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/forgot?x=1")
    page = client.get("/sign-in").text
    assert f'data-theme="{theme}"' in page
    assert f'<meta name="color-scheme" content="{scheme}">' in page
    assert f'value="{theme}" aria-pressed="true"' in page

    client.post("/theme", data={"theme": "device"})
    page = client.get("/sign-in").text
    assert "data-theme" not in page
    assert 'content="light dark"' in page


@pytest.mark.parametrize("theme", ["", "purple", '"><script>', "x" * 5000])
def test_what_is_no_theme_changes_nothing(client: Client, theme: str) -> None:
    client.signed_out()
    assert client.post("/theme", data={"theme": theme}).status_code in {303, 422}
    client.cookies.set("theme", '"onload="x')
    assert "data-theme" not in client.get("/sign-in").text


def test_another_language_leads_back_to_the_same_page_with_its_query(
    client: Client, database: Database, settings: Settings
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    page = client.get("/search?q=policy&kind=evidence").text
    assert 'name="next" value="/search?q=policy&amp;kind=evidence" data-here' in page


def test_after_a_form_with_errors_another_language_leads_back_to_the_page_it_was_on(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    path, form = f"/organisations/{organisation.id}/evidence", {"title": "", "kind": ""}
    for referer, place in (
        ("http://testserver" + path + "/new?x=1", path + "/new?x=1"),
        ("https://evil.example/x", "/"),
        ("", "/"),
    ):
        page = client.send_form(path, form, headers={"referer": referer} if referer else {})
        assert page.status_code == 422
        assert f'name="next" value="{place}">' in page.text


def test_every_part_that_shows_a_moment_knows_the_time_zone() -> None:
    """A macro that is brought in without its context would show the time of Greenwich."""
    showing = {
        str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if "|moment" in path.read_text(encoding="utf-8")
    }
    for path in TEMPLATES.rglob("*.html"):
        for name, rest in re.findall(r'{% import "([^"]+)"([^%]*)%}', path.read_text(encoding="utf-8")):
            assert name not in showing or "with context" in rest, f"{path.name}: import {name} with context"
