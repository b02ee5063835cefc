"""Rows of what is done to one answer besides saving it."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment
from tests.isolation.table import Row

A = "/assessments/{assessment_id}"
ROWS = [
    Row(f"GET {A}/criteria", OfAssessment(Permission.READ)),
    Row(f"GET {A}/criteria?show=unanswered&show=none", OfAssessment(Permission.READ)),
    Row(f"GET {A}/criteria/{{reference}}?show=to_confirm", OfAssessment(Permission.READ)),
    Row(f"POST {A}/history/{{reference}}/undo", OfAssessment(Permission.ANSWER), form={"version": "1"}),
]
