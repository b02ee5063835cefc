"""Rows of working together: who answers what, how far it is, what is due."""

from app.accounts.policy import Permission
from tests.isolation.belongings import SECOND
from tests.isolation.oracle import REFUSED, Expected, OfAssessment, Public, SignedIn, Target
from tests.isolation.people import KNOWN, Who
from tests.isolation.table import Row

P = Permission
A = "/assessments/{assessment_id}"
PEOPLE = frozenset({"person"})
"""The names of those who answer, and of those who may be given something to answer."""
ONE = {"part": "criterion={criterion}"}


class Bound(SignedIn):
    """Not for a session that one organisation's issuer vouched for: it reaches everything of the person."""

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        return REFUSED if who.only is not None else super().expected(row, who, target)


class Calendar(Bound):
    """For those to whom something can be assigned, wherever that is."""

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        answers = any(one.role in KNOWN[P.ANSWER].roles for one in who.grants)
        return super().expected(row, who, target) if answers else REFUSED


WORK = (
    Row("GET /work", SignedIn()),
    Row("GET /work?show=unanswered&page=2", SignedIn()),
    Row("POST /first-steps", SignedIn(), form={"show": "no"}),
    Row(f"GET {A}/assignments", OfAssessment(P.READ_WORK), tells=PEOPLE),
    Row(f"POST {A}/assignments", OfAssessment(P.ASSIGN), form={**ONE, "to": "person:{answerer}"}),
    Row(f"POST {A}/assignments", OfAssessment(P.ASSIGN), form={**ONE, "to": "person:{stranger}"}, status=422, tells=PEOPLE),
    Row(f"POST {A}/assignments", OfAssessment(P.ASSIGN), form={**ONE, "to": "unit:{strange_unit}"}, status=422, tells=PEOPLE),
    Row(f"POST {A}/assignments/{{assignment_id}}", OfAssessment(P.ASSIGN), form={"to": "person:{answerer}", "due": "2027-01-01"}),
    Row(f"POST {A}/assignments/{{assignment_id}}/remove", OfAssessment(P.ASSIGN)),
    Row(f"POST {A}/criteria/{{reference}}/state", OfAssessment(P.ANSWER), form={"deed": "declare"}),
    Row(
        f"POST {A}/criteria/{{reference}}/state",
        OfAssessment(P.REVIEW),
        form={"deed": "return", "version": "1", "reason": "More"},
        with_ids={"reference": SECOND},
    ),
    Row(f"GET {A}/progress", OfAssessment(P.READ_WORK), tells=PEOPLE),
    Row(f"POST {A}/accept", OfAssessment(P.REVIEW), form={"seen": "{reviewed}=1"}),
    Row("GET /account/notices", SignedIn()),
    Row("POST /account/reminders", SignedIn(), form={"wanted": "true"}),
    Row("POST /account/calendar", Calendar(), tells=frozenset({"secret"})),
    Row("POST /account/calendar/end", Bound()),
    Row("GET /calendar/{token}.ics", Public(), with_ids={"token": "nonsense"}, status=404),
)
