"""The method alone: the whole sample, as pure functions."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.portable.read import assessed, read_path
from app.rubrics import registry
from app.rubrics.cache import cached
from app.rubrics.loader import HOME, library_files
from app.rubrics.registry import Library, assemble, load_all
from app.scoring.moves import best_moves, leading
from app.scoring.score import score
from app.scoring.whatif import Expected, Step, gains, what_if
from bench.figures import Figure, figure, timed
from bench.filling import SAMPLE


def _load() -> Library:
    return assemble(load_all(library_files(HOME), HOME.parent))


def measure() -> Iterator[Figure]:
    """Scoring, the best steps, and reading the file for comparison."""
    library = registry.home()
    sample = assessed(read_path(SAMPLE, library), library)
    card = score(sample)
    yield figure("scoring the whole sample", "ms", timed(lambda: score(sample), 100, warm=5))
    yield figure("the five best steps of the sample", "ms", timed(lambda: best_moves(sample, card), 10))
    steps = [Step(name, (Expected(name),)) for name in leading(card)]
    yield figure("what if all leading gaps were closed", "ms", timed(lambda: what_if(sample, steps), 100, warm=5))
    yield figure("what each leading gap would give alone", "ms", timed(lambda: gains(sample, card, steps), 10))
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        yield figure("loading the library, cold", "s", [one / 1000 for one in timed(_load, 3, warm=0)], 2)
        kept = timed(lambda: cached(HOME, Path(place), _load), 20)
        yield figure("loading the library, kept", "s", [one / 1000 for one in kept], 0.3)
    yield figure("reading the sample's YAML", "ms", timed(lambda: read_path(SAMPLE, library), 5))
