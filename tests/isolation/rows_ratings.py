"""Rows of ratings. No round is open in the world: what is blind is proved in tests/ratings."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment, SignedIn
from tests.isolation.table import Row

P = Permission
R = "/assessments/{assessment_id}/ratings"
NOBODY_RATES = 404
"""Who may rate is not invited to."""
NO_ROUND = 409
FIRST_ONE = {"reference": "tiny:first"}
RATINGS = (
    Row("GET /ratings", SignedIn()),
    Row(f"GET {R}", OfAssessment(P.READ_RATINGS)),
    Row(f"POST {R}/open", OfAssessment(P.MANAGE_RATERS)),
    Row(f"POST {R}/raters", OfAssessment(P.MANAGE_RATERS), form={"person_id": "1", "rater_role": "student"}, status=NO_ROUND),
    Row(f"POST {R}/raters/{{rater_id}}/remove", OfAssessment(P.MANAGE_RATERS), with_ids={"rater_id": "999999"}, status=NO_ROUND),
    Row(f"POST {R}/close", OfAssessment(P.MANAGE_RATERS), status=NO_ROUND),
    Row(f"GET {R}/mine", OfAssessment(P.RATE), status=NOBODY_RATES),
    Row(f"POST {R}/mine/finish", OfAssessment(P.RATE), status=NOBODY_RATES),
    Row(f"GET {R}/mine/{{reference}}", OfAssessment(P.RATE), with_ids=FIRST_ONE, status=NOBODY_RATES),
    Row(f"POST {R}/mine/{{reference}}", OfAssessment(P.RATE), with_ids=FIRST_ONE, form={"level": "2"}, status=NOBODY_RATES),
)
