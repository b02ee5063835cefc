"""Errors name their field as the page labels it, in the summary and beside it, in every language."""

import re

import pytest

from app.config import Settings
from app.db import Database
from app.web.naming import Told, complete, naming
from tests.conftest import Client
from tests.factories import make_organisation, make_person

NAMED: dict[str, tuple[str, ...]] = {
    "en": ("Please fill in “Title”.", "“Kind”: at most 500 characters fit here."),
    "kk": ("«Атауы» өрісін толтырыңыз.", "«Түрі» өрісіне ең көбі 500 таңба сыяды."),
    "ru": ("Заполните поле «Название».", "В поле «Вид» помещается не больше 500 символов."),
}


@pytest.mark.parametrize("language", list(NAMED))
def test_an_empty_and_a_too_long_field_are_named_twice(
    client: Client, database: Database, settings: Settings, language: str
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    path, spoken = f"/organisations/{organisation.id}/evidence", {"accept-language": language}
    page = client.send_form(path, {"title": " ", "kind": "x" * 501}, headers=spoken)
    assert page.status_code == 422
    summary = page.text.split('class="govuk-error-summary"')[1].split("</ul>")[0]
    beside = page.text.split("</ul>", 1)[1]
    for told in NAMED[language]:
        assert f">{told}</a>" in summary
        assert told in re.sub(r"<[^>]+>", "", beside)
    assert "data-told" not in page.text


def test_what_is_typed_can_neither_name_a_field_nor_be_named() -> None:
    typed = '&lt;label for="title"&gt;Evil&lt;/label&gt;'
    summary = '<a href="#title" data-told="Please fill in “{field}”.">Please fill this in.</a>'
    label = '<label class="govuk-label" for="title">Title <span class="quiet">&amp; more</span>:</label>'
    assert complete(f"{summary}{typed}{label}") == f'<a href="#title">Please fill in “Title &amp; more”.</a>{typed}{label}'


def test_a_field_without_a_label_on_the_page_keeps_the_plain_sentence() -> None:
    link = '<a href="#title" data-told="Please fill in “{field}”.">Please fill this in.</a>'
    assert complete(link) == '<a href="#title">Please fill this in.</a>'
    assert complete("<p>{field}</p>") == "<p>{field}</p>"
    assert naming("It is taken.", "Title") == "It is taken."
    assert naming(Told("Fill this in.", "Fill in {field}."), "A & B") == "Fill in A & B."
