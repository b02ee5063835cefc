"""Rows of the kinds of report and of their covers."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment
from tests.isolation.places import OfOrganisation
from tests.isolation.table import Row

P = Permission
A, COVER = "/assessments/{assessment_id}", "/organisations/{organisation_id}/cover"
KINDS = (
    *(
        Row(f"GET {A}/report.{{ending}}?kind={kind}", OfAssessment(P.READ), with_ids={"ending": "json"})
        for kind in ("plan", "iso-to-esg")
    ),
    Row(f"GET /api/v1{A}/report?kind=plan&format=json", OfAssessment(P.READ)),
    Row(f"GET {COVER}", OfOrganisation(P.SET_COVER)),
    Row(f"GET {COVER}/logo.png", OfOrganisation(P.SET_COVER), status=404),
    Row(f"POST {COVER}", OfOrganisation(P.SET_COVER), form={"colour": "#0b5d5a"}),
)
