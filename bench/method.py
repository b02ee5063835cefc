"""The method alone: the whole sample, as pure functions."""

from collections.abc import Iterator

from app.portable.read import assessed, read_path
from app.rubrics import registry
from app.scoring.moves import best_moves
from app.scoring.score import score
from bench.figures import Figure, figure, timed
from bench.filling import SAMPLE


def measure() -> Iterator[Figure]:
    """Scoring, the best steps, and reading the file for comparison."""
    library = registry.home()
    sample = assessed(read_path(SAMPLE, library), library)
    card = score(sample)
    yield figure("scoring the whole sample", "ms", timed(lambda: score(sample), 100, warm=5))
    yield figure("the five best steps of the sample", "ms", timed(lambda: best_moves(sample, card), 10))
    yield figure("reading the sample's YAML", "ms", timed(lambda: read_path(SAMPLE, library), 5))
