"""The library: everything Sapa knows, loaded once and checked as a whole. Digests name content, not files."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.errors import Finding, Invalid, NotFound
from app.i18n import gettext as _
from app.rubrics.carrying import between
from app.rubrics.changes import only_changes
from app.rubrics.crosswalk import Crosswalk
from app.rubrics.loader import HOME, Loaded, library_files, load
from app.rubrics.model import Component, Kinds, Nature, Profile, Rubric, Scale

CACHE = Path.home() / ".cache" / "sapa"
"""Where the resolved library is kept between starts."""


def canonical(data: Any) -> str:
    """The one JSON text of some data: sorted keys, no spaces, letters as they are (RFC 8785 for the data used here)."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(model: BaseModel) -> dict[str, Any]:
    """A library object as JSON data, with the same keys as the YAML."""
    return model.model_dump(mode="json")


@cache
def _digest_of(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def digest(rubric: Rubric) -> str:
    """`sha256:` and the digest of what the resolved rubric states, whatever its files look like.

    What stands at its default is left out, so that a key the format gains later changes no published digest.
    """
    stated = rubric.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return _digest_of(canonical(stated))


def _speaks_of(name: str, rubric: Rubric) -> bool:
    return name in (rubric.id, (rubric.extends or "").partition("@")[0])


@dataclass(frozen=True)
class Library:
    """Rubrics by `id@edition`; scales and profiles by id; crosswalks in the order of their files."""

    rubrics: Mapping[str, Rubric]
    crosswalks: tuple[Crosswalk, ...]
    scales: Mapping[str, Scale]
    profiles: Mapping[str, Profile]
    kinds: Kinds
    digests: Mapping[str, str]

    def rubric(self, reference: str) -> Rubric:
        """The rubric `id@edition`. Raises NotFound."""
        found = self.rubrics.get(reference)
        if found is None:
            known = ", ".join(self.rubrics)
            raise NotFound(_("There is no rubric {name}. There are: {known}").format(name=reference, known=known))
        return found

    def profile(self, profile_id: str) -> Profile:
        """The profile of this id. Raises NotFound."""
        found = self.profiles.get(profile_id)
        if found is None:
            known = ", ".join(self.profiles)
            raise NotFound(_("There is no profile {name}. There are: {known}").format(name=profile_id, known=known))
        return found

    def scale_of(self, profile: Profile) -> Scale:
        """The scale whose bands a profile uses."""
        return self.scales[profile.scale]

    def rubrics_of(self, profile: Profile) -> list[Rubric]:
        """The rubrics that an assessment of this profile is made of: of each component the first that is known."""
        known = {rubric.id: rubric for rubric in self.rubrics.values()}
        return [next(known[name] for name in component.alternatives if name in known) for component in profile.components]

    def size_of(self, profile: Profile) -> int:
        """How many criteria an assessment of this profile asks."""
        return sum(1 for rubric in self.rubrics_of(profile) for _criterion in rubric.criteria())

    def natures(self) -> dict[str, Nature]:
        """The nature of each kind of evidence, by the kind's id."""
        return {kind.id: kind.nature for kind in self.kinds.kinds}

    def crosswalks_among(self, rubric_ids: Iterable[str]) -> list[Crosswalk]:
        """The crosswalks whose source and target are both among these rubrics.

        Where a rubric extends the one a crosswalk speaks of, the crosswalk is carried over to its criteria.
        """
        wanted = set(rubric_ids)
        known = [rubric for rubric in self.rubrics.values() if rubric.id in wanted]
        return [
            between(crosswalk, source, target)
            for crosswalk in self.crosswalks
            for source in known
            for target in known
            if _speaks_of(crosswalk.source, source) and _speaks_of(crosswalk.target, target)
        ]

    def export(self) -> dict[str, Any]:
        """Everything as JSON data, resolved, with the YAML's keys."""
        return {
            "rubrics": [plain(rubric) for rubric in self.rubrics.values()],
            "crosswalks": [plain(crosswalk) for crosswalk in self.crosswalks],
            "scales": [plain(scale) for scale in self.scales.values()],
            "profiles": [plain(profile) for profile in self.profiles.values()],
            "kinds": plain(self.kinds)["kinds"],
        }


def assemble(loaded: Iterable[Loaded[Any]]) -> Library:
    """A library of loaded files."""
    values = [one.value for one in loaded]
    whole = [one for one in values if isinstance(one, Rubric)]
    parts = [part for part in map(only_changes, whole) if part]
    rubrics = {one.reference: one for one in (*whole, *parts)}
    kinds = [kind for one in values if isinstance(one, Kinds) for kind in one.kinds]
    return Library(
        rubrics=rubrics,
        crosswalks=tuple(one for one in values if isinstance(one, Crosswalk)),
        scales={one.id: one for one in values if isinstance(one, Scale)},
        profiles={one.id: one for one in values if isinstance(one, Profile)},
        kinds=Kinds.model_construct(format="sapa-kinds/1", languages=("en",), kinds=tuple(kinds)),
        digests={reference: digest(rubric) for reference, rubric in rubrics.items()},
    )


def own_profile(rubric: Rubric) -> Profile:
    """The profile of a rubric that was brought in: it alone counts, with our target, bands and thresholds."""
    return Profile(
        format="sapa-profile/1",
        id=f"own-{rubric.id}"[:80],
        languages=rubric.languages,
        title=rubric.of.title,
        components=(Component(rubric=rubric.id, weight=Fraction(1)),),
        target=3,
        scale="sapa-bands",
        ready_from=75,
        conditional_from=55,
    )


def with_rubrics(library: Library, rubrics: Iterable[Rubric]) -> Library:
    """The library with rubrics that were brought in, each with a profile of its own."""
    added = list(rubrics)
    return replace(
        library,
        rubrics={**library.rubrics, **{one.reference: one for one in added}},
        digests={**library.digests, **{one.reference: digest(one) for one in added}},
        profiles={**library.profiles, **{(made := own_profile(one)).id: made for one in added}},
    )


def load_all(paths: Iterable[Path], root: Path | None = None) -> list[Loaded[Any]]:
    """Load files; raises Invalid with the findings of all of them."""
    loaded: list[Loaded[Any]] = []
    findings: list[Finding] = []
    known: dict[Path, Rubric] = {}
    for path in paths:
        shown = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
        try:
            loaded.append(one := load(path, shown, known))
        except Invalid as wrong:
            findings.extend(wrong.findings)
        else:
            if isinstance(one.value, Rubric):
                known[path.resolve()] = one.value
    if findings:
        raise Invalid(findings)
    return loaded


@cache
def home() -> Library:
    """The library that comes with Sapa, loaded once in a process, and quicker from the second process on."""
    from app.rubrics.cache import cached  # noqa: PLC0415 - it keeps what this module defines

    return cached(HOME, CACHE, lambda: assemble(load_all(library_files(HOME), HOME.parent)))
