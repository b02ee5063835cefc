"""Rows of deciding: revisions of an assessment and what changed since."""

from app.accounts.policy import Permission
from tests.isolation.oracle import PART, Expected, OfAssessment, Target
from tests.isolation.people import Who
from tests.isolation.table import Row

P = Permission
BASE = "/assessments/{assessment_id}/revisions"


class OfRevision(OfAssessment):
    """The first revision of an assessment: there where it was approved."""

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        found = super().expected(row, who, target)
        return PART if found is row.fine and target.thing.state != "frozen" else found


ROWS = (
    Row("GET /assessments/{assessment_id}/trends", OfAssessment(P.READ_HISTORY)),
    Row(f"GET {BASE}", OfAssessment(P.READ_HISTORY)),
    Row(f"GET {BASE}/{{number}}", OfRevision(P.READ_HISTORY)),
    Row(f"GET {BASE}/{{number}}?part=criteria", OfRevision(P.READ_HISTORY)),
    Row(f"GET {BASE}/{{number}}/report.{{ending}}", OfRevision(P.READ_HISTORY), with_ids={"ending": "json"}),
    Row(f"GET {BASE}/{{number}}/changes", OfRevision(P.READ_HISTORY)),
    Row(f"GET {BASE}/{{number}}/changes.{{ending}}", OfRevision(P.READ_HISTORY), with_ids={"ending": "json"}),
    Row(f"GET /api/v1{BASE}/{{number}}/changes", OfRevision(P.READ_HISTORY)),
)
