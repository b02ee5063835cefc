"""Rows of uploading, of previews and of what is suggested for a file."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment, OfEvidence, OfGathered
from tests.isolation.places import OfPlace
from tests.isolation.table import Row

P = Permission
F = "/files/{number}"
A = "/assessments/{assessment_id}/evidence/{item_id}"
PREVIEWS = (
    Row(f"GET /evidence/{{item_id}}{F}/preview", OfEvidence(P.READ_EVIDENCE)),
    # The files of the world are texts: for who may open them the answer is that they have no preview.
    Row(f"GET /evidence/{{item_id}}{F}/pages/{{page}}", OfEvidence(P.READ_EVIDENCE), status=422, with_ids={"page": "1"}),
    Row(f"GET {A}{F}/preview", OfGathered()),
    Row(f"GET {A}{F}/pages/{{page}}", OfGathered(), status=422, with_ids={"page": "1"}),
)
FILES = (
    *PREVIEWS,
    Row(
        "POST /organisations/{organisation_id}/evidence/uploads",
        OfPlace(P.EDIT_EVIDENCE),
        form={"kind": "policy", "unit_id": "{unit_id}"},
        file=("tiny 1 notes.txt", b"bytes of an upload"),
    ),
    Row(
        "POST /assessments/{assessment_id}/criteria/{reference}/upload",
        OfAssessment(P.ANSWER),
        form={"kind": "policy"},
        file=("another.txt", b"bytes of another upload"),
    ),
)
