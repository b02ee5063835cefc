"""Rows of signing off. Nobody in the world is called so: the answer for who may sign is that the name is not theirs."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment
from tests.isolation.table import Row

SIGNING = (
    Row(
        "POST /assessments/{assessment_id}/approve",
        OfAssessment(Permission.APPROVE),
        form={"name": "Nobody", "digest": "sha256:0"},
        when="open",
        status=422,
    ),
)
