"""Rows of uploading, of previews and of what is suggested for a file."""

from app.accounts.policy import Permission
from tests.isolation.oracle import OfAssessment
from tests.isolation.places import OfPlace
from tests.isolation.table import Row

P = Permission
FILES = (
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
