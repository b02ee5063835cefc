"""Words that come from rubrics and codes are said in the reader's language, once."""

import re
from datetime import date

import pytest

from app.config import Settings
from app.db import Database
from app.i18n import LANGUAGES, use
from app.rubrics import registry
from app.web.formats import country, period
from app.web.words import basis, whose_labels
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person


def test_where_a_criterion_comes_from_is_said_once_and_in_the_language() -> None:
    with use("en"):
        assert basis("own analysis", "own") == "own analysis"
        assert basis("ESG 2015, 1.1", "verified") == "ESG 2015, 1.1 (verified)"
        assert "finding S48" in basis("paper: S48", "secondary")
    for language in ("kk", "ru"):
        with use(language):
            told = basis("paper: S48", "secondary") + basis("own analysis", "own")
            assert re.findall(r"[A-Za-z]{2,}", told) == []


def test_an_open_end_is_said_in_words_and_no_limit_is_one_dash() -> None:
    first, last = date(2026, 1, 2), date(2027, 3, 4)
    with use("ru"):
        told = [period(first, last), period(first, None), period(None, last), period(None, None)]
    assert told == ["02.01.2026 – 04.03.2027", "с 02.01.2026", "до 04.03.2027", "–"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_labels_a_scale_has_leaks_no_english(language: str) -> None:
    names = {scale.indicative_of for scale in registry.home().scales.values() if scale.indicative_of}
    with use(language):
        words = set(re.findall(r"[A-Za-z]+", " ".join(map(whose_labels, names))))
    assert language == "en" or words <= {"ENQA", "EQAR", "ISO", "IEC", "IAAR"}


def test_a_country_is_named_and_an_unknown_code_stays() -> None:
    with use("kk"):
        assert country("KZ") == "Қазақстан"
    with use("ru"):
        assert country("CZ") == "Чехия"
    with use("en"):
        assert country("XQ") == "XQ"


def test_every_page_of_an_assessment_has_a_title_of_its_own(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    place = f"/assessments/{make_assessment(database, organisation).id}"
    client.as_(make_person(database, settings, organisation))
    pages = ("", "/results", "/gaps", "/plan", "/evidence", "/coverage", "/summary", "/downloads", "/editions")
    answers = [client.get(place + page).text for page in (*pages, "/history/esg-2015:policy.approved")]
    titles = [re.findall(r"<title>(.*?)</title>", text)[0] for text in answers]
    assert len(set(titles)) == len(titles), titles
