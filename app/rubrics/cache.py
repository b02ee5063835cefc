"""The resolved library kept as JSON between starts, under a name that changes with every byte it was made from."""

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.rubrics.crosswalk import Crosswalk
from app.rubrics.model import Kinds, Profile, Rubric, Scale
from app.rubrics.registry import Library, canonical

CODE = Path(__file__).parent
NAME = "library-{}.json"


def fingerprint(home: Path) -> str:
    """SHA-256 of the library's files and of the code that reads them."""
    found = hashlib.sha256()
    for file in sorted([*home.rglob("*.yaml"), *CODE.glob("*.py")]):
        found.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def cached(home: Path, folder: Path, load: Callable[[], Library]) -> Library:
    """The library of `home`: from the cache in `folder` when it was kept there, else from `load`, and kept from then on."""
    kept = folder / NAME.format(fingerprint(home)[:32])
    try:
        return _library(json.loads(kept.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        library = load()
        # A cache that cannot be written costs time and nothing else.
        with contextlib.suppress(OSError):
            _keep(library, kept)
        return library


def _library(data: dict[str, Any]) -> Library:
    rubrics = [Rubric.model_validate(one) for one in data["rubrics"]]
    return Library(
        rubrics={one.reference: one for one in rubrics},
        crosswalks=tuple(Crosswalk.model_validate(one) for one in data["crosswalks"]),
        scales={one["id"]: Scale.model_validate(one) for one in data["scales"]},
        profiles={one["id"]: Profile.model_validate(one) for one in data["profiles"]},
        kinds=Kinds.model_validate({"kinds": data["kinds"]}),
        digests={one.reference: data["digests"][one.reference] for one in rubrics},
    )


def _keep(library: Library, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=kept.parent, delete=False, encoding="utf-8") as file:
        file.write(canonical({**library.export(), "digests": dict(library.digests)}))
    Path(file.name).replace(kept)
    for other in kept.parent.glob(NAME.format("*")):
        if other != kept:
            other.unlink(missing_ok=True)
