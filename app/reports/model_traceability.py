"""The report's object of how far claims rest on evidence."""

from dataclasses import dataclass
from fractions import Fraction

from app.scoring.confidence import Confidence


@dataclass(frozen=True, slots=True)
class Traceability:
    """How far claims rest on evidence; counts of answered criteria."""

    answered: int
    with_evidence: int
    with_dated_evidence: int
    with_valid_evidence: int
    with_place: int
    high_claims: int
    high_claims_without_evidence: int
    to_confirm: int
    shares: Confidence
    """The same as shares of the answered criteria, 0..1; None where nothing is answered."""
    high_unproven: Fraction | None
    unconfirmed: Fraction | None
