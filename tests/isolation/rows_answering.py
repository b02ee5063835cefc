"""Rows of what is done to one answer besides saving it."""

from app.accounts.policy import Permission as P
from tests.isolation.oracle import OfAssessment
from tests.isolation.table import Row

ROWS = [Row("POST /assessments/{assessment_id}/history/{reference}/undo", OfAssessment(P.ANSWER), form={"version": "1"})]
