"""Rows of reports that workers make: each is its asker's alone, also among those who may read the assessment."""

from collections.abc import Iterator

from app.accounts.policy import Permission
from tests.isolation.oracle import PART, Expected, OfAssessment, Target
from tests.isolation.people import Who, sees
from tests.isolation.table import Row
from tests.isolation.world import World
from tests.isolation.world_report_jobs import KEEPER

A = "/assessments/{assessment_id}/reports"
JOB = f"{A}/{{job_id}}"
ASKED = {"kind": "summary", "file": "en.html"}


class OwnJob(OfAssessment):
    """A report that one person asked for, of each assessment."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        found = list(super().targets(world, who))
        yield from found
        by_key = {one.key: one for one in found}
        if "shared" in by_key and "law" in by_key and sees(who, by_key["shared"].thing):
            ids = {**by_key["shared"].ids, "job_id": by_key["law"].ids["job_id"]}
            yield Target("shared, job_id of law", ids, by_key["shared"].thing, absent=True)

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        found = super().expected(row, who, target)
        return PART if found is row.fine and who.key != KEEPER else found


P = Permission
REPORT_JOBS = (
    Row(f"POST {A}", OfAssessment(P.READ), form=ASKED),
    Row(f"GET {JOB}", OwnJob(P.READ)),
    Row(f"GET {JOB}/file", OwnJob(P.READ)),
    Row(f"POST {JOB}/cancel", OwnJob(P.READ), form={}),
    Row(f"POST /api/v1{A}", OfAssessment(P.READ), json={"kind": "summary", "format": "html", "lang": "en"}, status=202),
    Row(f"GET /api/v1{JOB}", OwnJob(P.READ)),
    Row(f"GET /api/v1{JOB}/file", OwnJob(P.READ)),
    Row(f"DELETE /api/v1{JOB}", OwnJob(P.READ)),
)
