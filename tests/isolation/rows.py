"""All rows: those of the table, and those of signing in, second factors, the trail and what came later."""

from app.accounts.policy import Permission
from tests.isolation import rows_answering, rows_decisions, rows_work, table
from tests.isolation.oracle import REFUSED, Expected, OfAssessment, OfEvidence, Public, SignedIn, Target
from tests.isolation.people import Fault, Who
from tests.isolation.places import OfOrganisation, Operating
from tests.isolation.rows_cycles import CYCLES
from tests.isolation.rows_discussion import DISCUSSION
from tests.isolation.rows_files import FILES
from tests.isolation.rows_kinds import KINDS
from tests.isolation.rows_library import LIBRARY_ROWS
from tests.isolation.rows_plan import PLAN
from tests.isolation.rows_ratings import RATINGS
from tests.isolation.rows_report_jobs import REPORT_JOBS
from tests.isolation.rows_search import SEARCH
from tests.isolation.rows_signing import SIGNING
from tests.isolation.rows_verification import VERIFICATION
from tests.isolation.table import Row

P = Permission


class Unbound(SignedIn):
    """What changes or tells how a person signs in anywhere: not for a session that one organisation's issuer vouched for."""

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        return REFUSED if who.only is not None else super().expected(row, who, target)


class Factor(Unbound):
    """As `Unbound`, where those who have a factor are answered otherwise. Theirs in the world are sealed with no key."""

    keepers = frozenset({"manager", "beta_manager"})

    def __init__(self, having: int) -> None:
        super().__init__()
        self.having = frozenset({having})

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        return self.having if who.key in self.keepers else super().expected(row, who, target)


class Step(SignedIn):
    """The second step: a wrong answer at that stage, and on to where one wanted to go at any other."""

    def asked(self, row: Row, who: Who, target: Target) -> Expected:
        if who.fault is Fault.HALF:
            return frozenset({422})
        return super().asked(row, who, target)


OWN = frozenset({"secret"})
DOERS = frozenset({"person", "invitation"})
"""Who did something in the organisation, from wherever they come, and who was invited."""
F, T = "/account/second-factor", "/organisations/{organisation_id}/trail"
FACTORS = (
    Row("GET /sign-in/second", SignedIn(halfway=True)),
    Row("POST /sign-in/second", Step(), form={"code": "123 nonsense"}),
    Row("GET /sign-in/enrol", SignedIn()),
    Row(f"GET {F}", SignedIn()),
    Row(f"POST {F}/totp", Unbound()),
    Row(f"GET {F}/totp", Factor(422)),
    Row(f"GET {F}/totp.svg", Factor(422)),
    Row(f"POST {F}/totp/confirm", Factor(422), form={"code": "000000"}),
    Row(f"POST {F}/totp/remove", Unbound()),
    Row(f"POST {F}/recovery-codes", Factor(200), status=403),
    Row("POST /account/passkeys/options", Unbound(), tells=OWN),
    Row("POST /account/passkeys", Unbound(), form={"name": "N", "credential": "{}"}, status=422),
    Row("POST /account/passkeys/{passkey_id}/remove", Unbound(), with_ids={"passkey_id": "999999"}, status=404),
    Row("POST /sign-in/passkey/options", Public(form=True)),
    Row("POST /sign-in/passkey", Public(form=True), form={"credential": "{}"}, status=422),
    Row("POST /sign-in/second/passkey/options", SignedIn(halfway=True)),
    Row("POST /sign-in/second/passkey", Step(), form={"credential": "{}"}),
    Row("GET /account/prove", SignedIn()),
    Row("POST /account/prove", SignedIn(), form={"password": "wrong"}, status=422),
    Row("POST /account/prove/passkey/options", SignedIn(), tells=OWN),
    Row("POST /account/prove/passkey", SignedIn(), form={"credential": "{}"}, status=422),
)
OPERATOR = (
    Row("GET /operator", Operating()),
    Row("POST /operator/organisations", Operating(), form={"name": "New", "email": "new@example.org"}),
    Row("POST /operator/organisations/{organisation_id}/second-factor", Operating(), form={"required": "everybody"}),
    Row("POST /operator/operators", Operating(), form={"email": "new@example.org", "language": "en"}),
    Row("POST /operator/people/{what}", Operating(), form={"email": "{email}"}, with_ids={"what": "disable"}),
    Row("GET /operator/mail/{mail_id}", Operating()),
)
SIGN_ON = (
    Row("GET /sign-in/organisation", Public()),
    Row("POST /sign-in/organisation", Public(form=True), form={"email": "nobody@example.org"}, status=422),
    Row("GET /sign-in/organisation/return?state=x&code=x", Public(), status=422),
)
TRAIL = (
    *(
        Row(f"GET /organisations/{{organisation_id}}/trail{end}", OfOrganisation(P.READ_TRAIL), tells=DOERS)
        for end in ("", ".csv", ".jsonl")
    ),
    Row("GET /assessments/{assessment_id}/trail", OfAssessment(P.READ_HISTORY)),
    Row("GET /evidence/{item_id}/trail", OfEvidence(P.READ_HISTORY)),
    Row("GET /account/export.json", Unbound(), tells=OWN),
)
TAKING_BACK = (
    Row("POST /assessments/{assessment_id}/take-back", OfAssessment(P.MANAGE)),
    Row("DELETE /api/v1/assessments/{assessment_id}", OfAssessment(P.MANAGE)),
)
_PASSWORD = Row("POST /account/password", Unbound(), form={"password": "a new long password", "current": table.PASSWORD})
ROWS = (
    *(row for row in table.ROWS if row.path != _PASSWORD.path),
    _PASSWORD,
    *OPERATOR,
    *FACTORS,
    *SIGN_ON,
    *TRAIL,
    *TAKING_BACK,
    *SEARCH,
    *CYCLES,
    *DISCUSSION,
    *rows_answering.ROWS,
    *PLAN,
    *rows_work.WORK,
    *RATINGS,
    *rows_decisions.ROWS,
    *FILES,
    *LIBRARY_ROWS,
    *SIGNING,
    *VERIFICATION,
    *KINDS,
    *REPORT_JOBS,
)
