"""The sample university in three languages: the same figures, every word in the language of its file."""

import re

import pytest

from app.portable.model import Portable
from app.portable.read import assessed, read_path
from app.rubrics import registry
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from tests.factories import EXAMPLES

LANGUAGES = ("en", "kk", "ru")
KAZAKH = set("әғқңөұүһі")


@pytest.fixture(scope="module")
def samples() -> dict[str, Portable]:
    return {one: read_path(EXAMPLES / f"paper-university.{one}.yaml", registry.home()) for one in LANGUAGES}


def _prose(sample: Portable) -> list[str]:
    """Everything people wrote."""
    found = [one for answer in sample.answers.values() for one in (answer.comment, answer.strengths, answer.not_applicable)]
    found += [one for answer in sample.answers.values() for cited in answer.evidence for one in (cited.where, cited.proves)]
    found += [item.title for item in sample.evidence.values()]
    found += [one for action in sample.actions for one in (action.what, action.owner, action.indicator)]
    return [one for one in found if one]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_figures_are_those_of_the_english_sample(samples: dict[str, Portable], language: str) -> None:
    first, other = (to_json(score(assessed(samples[one], registry.home(), None))) for one in ("en", language))
    assert other == first


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_shape_is_that_of_the_english_sample(samples: dict[str, Portable], language: str) -> None:
    first, other = samples["en"], samples[language]
    assert list(other.answers) == list(first.answers)
    assert [[one.id for one in a.evidence] for a in other.answers.values()] == [
        [one.id for one in a.evidence] for a in first.answers.values()
    ]
    assert [(name, one.kind, one.date, one.status) for name, one in other.evidence.items()] == [
        (name, one.kind, one.date, one.status) for name, one in first.evidence.items()
    ]
    assert [(one.criterion, one.due, one.status) for one in other.actions] == [
        (one.criterion, one.due, one.status) for one in first.actions
    ]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_text_is_written_in_its_language(samples: dict[str, Portable], language: str) -> None:
    mine, english = _prose(samples[language]), _prose(samples["en"])
    assert len(mine) == len(english)
    foreign = [one for one in mine if len(re.findall(r"[A-Za-z]{3,}", one)) > len(re.findall(r"[А-яЁё]{3,}", one))]
    assert [one for one in foreign if len(one) > 30] == []
    assert [one for one in mine if re.search(r"[A-Za-z][а-яё]|[а-яё][A-Za-z]", one)] == []
    long = [one for one in mine if len(one) > 120]
    without = [one for one in long if not KAZAKH & set(one.lower())]
    assert (without == []) is (language == "kk")
    assert "үлгі" in samples["kk"].title["kk"].lower()
    assert "образец" in samples["ru"].title["ru"].lower()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_number_was_lost_or_invented(samples: dict[str, Portable], language: str) -> None:
    """Digits are the same in each comment, but for dates, whose months are words in one language and not in another."""

    def numbers(text: str) -> list[str]:
        return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[,  \u00a0](?=\d{3}\b)", "", text)))

    pairs = zip(samples["en"].answers.items(), samples[language].answers.values(), strict=True)
    wrong = [name for (name, first), other in pairs if first.comment and numbers(first.comment) != numbers(other.comment or "")]
    assert wrong == []


@pytest.mark.parametrize("finding", range(53, 67))
def test_each_problem_that_the_paper_reports_can_be_seen_in_the_answers(samples: dict[str, Portable], finding: int) -> None:
    library = registry.home()
    card = score(assessed(samples["en"], library))
    gaps = {gap.criterion: gap for gap in card.gaps}
    traced = [
        f"{rubric.id}:{criterion.id}"
        for rubric in (library.rubric(reference) for reference in samples["en"].rubrics)
        for criterion in rubric.by_id.values()
        if any(one.ref == f"paper: S{finding}" for one in criterion.basis)
    ]
    assert any(name in gaps for name in traced), traced
