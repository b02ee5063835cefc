"""Rows of cycles: in the world some assessments follow another, which not everybody who reads them may read."""

from app.accounts.policy import Permission
from tests.isolation.oracle import FINE, PART, Expected, OfAssessment, Target
from tests.isolation.people import BY_KEY, Who, sees
from tests.isolation.table import Row
from tests.isolation.world_cycles import FOLLOWS, previous

A = "/assessments/{assessment_id}"


class Following(OfAssessment):
    """An assessment of which something is carried: only what follows one that the person may read too."""

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        found = super().expected(row, who, target)
        if found is not FINE:
            return found
        there = target.key in FOLLOWS and sees(BY_KEY[who.key], previous(target.key))
        return found if there else PART


CYCLES = (
    Row(f"GET {A}/follows", OfAssessment(Permission.MANAGE)),
    Row(f"POST {A}/follows", OfAssessment(Permission.MANAGE), form={"previous_id": ""}),
    Row(f"POST {A}/follows", OfAssessment(Permission.MANAGE), form={"previous_id": "{assessment_id}"}, status=422),
    Row(f"GET {A}/carry/{{standard}}", Following(Permission.ANSWER), with_ids={"standard": "tiny:one"}),
    Row(f"POST {A}/carry/{{standard}}", Following(Permission.ANSWER), form={}, with_ids={"standard": "tiny:one"}),
    Row(f"POST {A}/criteria/{{reference}}/carry", Following(Permission.ANSWER), form={"version": "1", "confirmed": "yes"}),
    Row(f"POST {A}/carries/{{carry_id}}/undo", OfAssessment(Permission.ANSWER), with_ids={"carry_id": "999999"}, status=404),
)
