"""What is found in a text of one language, or between two."""

import pytest

from app.rubrics.languages import wrong_with

LONG_EN = "Minutes of the last complete academic year show that the council discussed the policy."


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ({"ru": "Прoтокол"}, "ru", "mixes Latin and Cyrillic"),
        ({"kk": "Бұйрыққа қoл қойылды"}, "kk", "mixes Latin and Cyrillic"),
        ({"kk": "Протокол последнего учебного года показывает, что совет обсуждал политику по существу."}, "kk", "Kazakh's own"),
        ({"ru": "Хаттама бойынша қаралды"}, "ru", "with the Kazakh letter"),
        ({"kk": "Бағалау критерийлері бекітілді"}, "kk", "“критерийлері” is not the glossary's term"),
        ({"kk": "Стандарттар шеңберінде бекітілді"}, "kk", "“шеңберінде” is not the glossary's term"),
        ({"ru": "Двухдипломная программа"}, "ru", "glossary's term"),
        ({"en": LONG_EN, "ru": LONG_EN}, "en", "repeats the one in ru"),
        ({"en": LONG_EN, "ru": "Протокол есть."}, "ru", "characters against"),
        ({"en": LONG_EN, "ru": "Протокол " * 30}, "ru", "characters against"),
    ],
)
def test_a_fault_of_a_language_is_found(text: dict[str, str], language: str, told: str) -> None:
    assert [(found, told in problem) for found, problem, _remedy in wrong_with(text)] == [(language, True)]


@pytest.mark.parametrize(
    "text",
    [
        {"en": "ISO 9001:2015", "kk": "ISO 9001:2015", "ru": "ISO 9001:2015"},
        {"kk": "Ұлттық біліктілік шеңберіне сәйкес келеді", "ru": "Соответствует национальной рамке квалификаций"},
        {"en": "Log", "kk": "Тіркеу журналы", "ru": "Журнал"},
        {"kk": "ECTS-кредиттер мен ESG-2015 стандарттары", "ru": "кредиты ECTS и стандарты ESG-2015"},
    ],
)
def test_a_good_text_is_left_alone(text: dict[str, str]) -> None:
    assert list(wrong_with(text)) == []
