"""Rows of discussions. Remarks of the world are their author's: nobody else edits or removes one."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment
from tests.isolation.table import Row

D = "/assessments/{assessment_id}/criteria/{reference}/discussion"
ABOUT = OfAssessment(Permission.DISCUSS)
PEOPLE = frozenset({"person"})
"""Who can be asked is told to who may ask."""
NOT_MINE = {"remark_id": "1"}
DISCUSSION = (
    Row(f"GET {D}", ABOUT, tells=PEOPLE),
    Row(f"GET {D}/people?q=", ABOUT, tells=PEOPLE),
    Row(f"POST {D}", ABOUT, form={"text": "A remark"}),
    Row(f"POST {D}", ABOUT, form={"text": "A remark", "ask": "999998"}, status=422, tells=PEOPLE),
    Row(f"POST {D}/settle", ABOUT, form={}),
    Row(f"POST {D}/reopen", ABOUT, form={}),
    Row(f"POST {D}/{{remark_id}}", ABOUT, form={"text": "Another"}, with_ids=NOT_MINE, status=404),
    Row(f"POST {D}/{{remark_id}}/remove", ABOUT, with_ids=NOT_MINE, status=404),
)
