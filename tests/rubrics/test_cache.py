"""The kept library is the loaded one, and is never taken for another."""

import shutil
from pathlib import Path

import pytest

from app.rubrics.cache import cached, fingerprint
from app.rubrics.loader import HOME, library_files
from app.rubrics.registry import Library, assemble, canonical, load_all


def _load() -> Library:
    return assemble(load_all(library_files(HOME), HOME.parent))


def _never() -> Library:
    pytest.fail("the cache was not used")


def test_the_kept_library_is_the_loaded_one(tmp_path: Path) -> None:
    first = cached(HOME, tmp_path, _load)
    second = cached(HOME, tmp_path, _never)
    assert canonical(second.export()) == canonical(first.export())
    assert second.digests == first.digests
    assert second.rubrics == first.rubrics


def test_a_changed_byte_is_another_library(tmp_path: Path) -> None:
    copy = tmp_path / "rubrics"
    shutil.copytree(HOME, copy)
    before = fingerprint(copy)
    file = copy / "esg-2015" / "1" / "1.1-policy.yaml"
    file.write_bytes(file.read_bytes().replace(b"weight: 1", b"weight: 2", 1))
    assert fingerprint(copy) != before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rubrics": [{"id": 1}]}'])
def test_a_broken_cache_is_made_anew(tmp_path: Path, content: str) -> None:
    cached(HOME, tmp_path, _load)
    (kept,) = tmp_path.glob("library-*.json")
    kept.write_text(content, encoding="utf-8")
    assert cached(HOME, tmp_path, _load).rubrics
    assert kept.stat().st_size > 100_000


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert cached(HOME, tmp_path / "file" / "folder", _load).rubrics
