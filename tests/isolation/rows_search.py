"""Rows of searching: the beginning of every mark finds whatever may be found."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment, SignedIn
from tests.isolation.table import Row

SEARCH = (
    Row("GET /search?q=qzx", SignedIn()),
    *(Row(f"GET /search?q=qzx&kind={kind}&page={page}", SignedIn()) for kind in ("answers", "evidence") for page in (1, 2)),
    Row("GET /search?q=qzx&assessment={assessment_id}", OfAssessment(Permission.READ)),
    Row("GET /search?q=qzx&kind=evidence&assessment={assessment_id}", OfAssessment(Permission.READ)),
)
