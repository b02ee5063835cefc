"""The general descriptors that stand in where a rubric that is brought in has none of its own."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from app.rubrics import strict_yaml
from app.rubrics.loader import HOME

FILE = HOME / "generic-levels.yaml"


@cache
def _levels() -> tuple[dict[str, str], ...]:
    return tuple(strict_yaml.read(FILE.read_bytes(), FILE.name).data["levels"])


def generic_levels(languages: Iterable[str]) -> list[dict[str, Any]]:
    """The five general descriptors in these languages."""
    wanted = list(languages)
    return [{language: level[language] for language in wanted} for level in _levels()]
