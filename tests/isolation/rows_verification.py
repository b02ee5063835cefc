"""Rows of verification, which anybody may ask for, and of the binder."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment, Public
from tests.isolation.table import Row

VERIFICATION = (
    Row("GET /verify", Public()),
    Row("POST /verify", Public(form=True), status=422),
    # A code that stands for nothing: what one that stands for something tells is tested where it belongs.
    Row("GET /verify/{token}", Public(), with_ids={"token": "nothing"}, status=404),
    Row("GET /assessments/{assessment_id}/binder.zip?kind=none", OfAssessment(Permission.READ)),
)
