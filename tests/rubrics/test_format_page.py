"""docs/rubric-format.md says what the models say."""

import pytest
from pydantic import BaseModel

from tests.format_page import MEANING, PAGE, page


def test_the_page_is_the_one_made_from_the_models() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "renew it: python -m tests.format_page"


@pytest.mark.parametrize("model", list(MEANING), ids=lambda model: model.__name__)
def test_every_key_has_its_meaning_and_no_meaning_is_without_its_key(model: type[BaseModel]) -> None:
    assert set(MEANING[model]) == set(model.model_json_schema(by_alias=True)["properties"])
