"""Rows of the plan's board and of what if."""

from app.accounts.policy import Permission
from tests.isolation.belongings import FIRST, THIRD
from tests.isolation.oracle import OfAssessment
from tests.isolation.table import A, Row

ANSWER = OfAssessment(Permission.ANSWER)
PLAN = (
    Row(f"GET {A}/plan?view=board&only=overdue&sort=due", OfAssessment(Permission.READ)),
    Row(f"GET {A}/actions/next", ANSWER),
    Row(f"POST {A}/actions/{{action_id}}/status", ANSWER, form={"status": "in_progress", "version": "1"}),
    Row(f"GET {A}/what-if", OfAssessment(Permission.TRY_OUT)),
    Row(f"GET {A}/what-if?action=1&gap={FIRST}&gap={THIRD}", OfAssessment(Permission.TRY_OUT)),
)
