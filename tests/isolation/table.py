"""One row for every route: what it is about, what opens it, and what is sent.

To add a route, add one line to ROWS (or to a list that is added to it):

    Row("GET /assessments/{assessment_id}/history.csv", OfAssessment(P.READ_HISTORY)),
    Row("POST /account/passkeys/{passkey_id}/remove", Own("passkey")),
    Row("POST /operator/sign-on/{organisation_id}", Operating(), form={"issuer": "https://example.org"}),

The first word is the method, then the path as the service has it; a query may follow. `about` says whose thing it is:
`Public` (anybody), `SignedIn`, `Own` (something of one's own account), `OfAssessment`, `OfDeleted`, `OfGathered`,
`OfEvidence`, `OfOrganisation` (a role in the whole of it), `AnywhereIn` (a role in any unit), `OfPlace` (the organisation
or a unit in the query or body), `Joined` (any role), `OfRubric`, `Operating`. The permission is that of
`app.accounts.policy`. Names in braces, in the path and in what is sent, are filled with the ids of the thing asked about
(see `oracle` and `places`); one that the world does not know yet is given its id in `world` or `belongings` under "name:key".
What is expected of each person is computed from these; `status` is needed only where the right answer is not 2xx or 303,
`when` where a state refuses it ("open", "frozen"). A route may have several rows, one for each channel.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.accounts.policy import Permission
from tests.isolation.belongings import PORTABLE, SECOND
from tests.isolation.calling import Sent, as_json, form, multipart
from tests.isolation.oracle import (
    FINE,
    About,
    Expected,
    OfAssessment,
    OfDeleted,
    OfEvidence,
    OfGathered,
    Public,
    SignedIn,
    Target,
)
from tests.isolation.places import AnywhereIn, Joined, OfOrganisation, OfPlace, OfRubric, Own

P = Permission
NAMES = re.compile(r"\{(\w+)\}")
ACTION = {"criterion": "{criterion}", "what": "Do it", "version": "1"}
ITEM = {"title": "A title", "kind": "policy"}
RUBRIC = b"format: sapa-rubric/1\nid: broken\n"
"""Not a whole rubric: the answer for who may bring one in is what is wrong with it."""
PASSWORD = "correct horse battery"
"""Everybody's."""


@dataclass(frozen=True, eq=False)
class Row:
    """A route, or one channel of it.

    `file` is the name and the bytes of what is uploaded along with `form`; a word in place of bytes is filled like a name.
    """

    call: str
    about: About
    form: Mapping[str, str] | None = None
    json: Any = None
    file: tuple[str, bytes | str] | None = None
    when: str | None = None
    status: int = 0
    with_ids: Mapping[str, str] = field(default_factory=dict)
    tells: frozenset[str] = frozenset()
    """Kinds of subjects whose names this page is there to tell those who may open it."""
    cookie: str = ""
    """A cookie that the browser sends as well, for example the link that led here."""
    of: str = ""
    """Whose personal rows it may change besides one's own, by key: who asks for a new password need not be signed in."""
    within: str = ""
    """The organisation of whose things alone it is asked: what is sent means something else to others."""
    costly: bool = False
    """Only one allowed cell is asked: it takes a second."""

    @property
    def method(self) -> str:
        return self.call.split()[0]

    @property
    def path(self) -> str:
        return self.call.split()[1].partition("?")[0]

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @cached_property
    def fine(self) -> Expected:
        return frozenset({self.status}) if self.status else FINE

    @cached_property
    def names(self) -> frozenset[str]:
        """What is filled in, in the path and in what is sent."""
        return frozenset(NAMES.findall(self.call + json.dumps([dict(self.form or {}), self.json, self.cookie])))

    def address(self, target: Target) -> str:
        """Path and query for this thing; a query without a value is left out."""
        filled = self._filled(self.call.split()[1], target)
        return filled.removesuffix("?unit_id=")

    def cookies(self, target: Target) -> str:
        """The other cookie for this thing."""
        return self._filled(self.cookie, target)

    def sent(self, target: Target, more: Mapping[str, str] | None = None) -> Sent:
        """The body for this thing, with more fields than the form has when asked."""
        if self.json is not None:
            return as_json(self._deep(self.json, target) | dict(more or {}))
        fields = {name: self._filled(value, target) for name, value in (self.form or {}).items()} | dict(more or {})
        if self.file is None:
            return form(fields)
        name, content = self.file
        return multipart(fields, name, str(target.ids[content]).encode() if isinstance(content, str) else content)

    def _filled(self, text: str, target: Target) -> str:
        ids = {**target.ids, **self.with_ids}
        return NAMES.sub(lambda found: str(ids[found[1]]), text)

    def _deep(self, value: Any, target: Target) -> Any:
        if isinstance(value, dict):
            return {name: self._deep(inner, target) for name, inner in value.items()}
        return self._filled(value, target) if isinstance(value, str) else value


USELESS = ("used", "late", "revoked", "disabled", "erased")
"""What is wrong with links that open nothing."""
ANYBODY = (
    Row("GET /api/v1/openapi.json", Public()),
    Row("GET /healthz", Public()),
    Row("GET /readyz", Public()),
    Row("POST /language", Public(guarded=False), form={"language": "en", "next": "//evil.example"}),
    Row("POST /theme", Public(guarded=False), form={"theme": "dark", "next": "//evil.example"}),
    Row("GET /sign-in?next=//evil.example", Public()),
    Row("POST /sign-in", Public(form=True), form={"email": "nobody@example.org", "password": "wrong"}, status=422),
    Row("POST /sign-in", Public(form=True), form={"email": "{erased}", "password": PASSWORD}, status=422),
    Row("POST /sign-in", Public(form=True), form={"email": "{disabled}", "password": PASSWORD}, status=422),
    Row("GET /invitation/{token}", Public(), with_ids={"token": "x"}),
    Row("GET /invitation", Public(), status=404),
    Row("POST /invitation", Public(form=True), form={"name": "N", "password": "correct horse battery"}, status=404),
    Row("GET /forgot", Public()),
    Row("POST /forgot", Public(form=True), form={"email": "nobody@example.org"}),
    Row("POST /forgot", Public(form=True), form={"email": "{erased}"}),
    Row("POST /forgot", Public(form=True), form={"email": "{disabled}"}),
    Row("POST /forgot", Public(form=True), form={"email": "{somebody}"}, of="auditor"),
    *(Row("GET /reset", Public(), cookie=f"link-reset=reset-{name}", status=404) for name in USELESS),
    *(Row("GET /invitation", Public(), cookie=f"link-invitation=invitation-{name}", status=404) for name in USELESS[:3]),
    # Whoever is invited comes in as themselves: signed in, and wholly.
    Row("POST /invitation", Public(form=True), form={"name": "N"}, cookie="link-invitation=invitation-good", status=401),
    Row("GET /reset", Public(), cookie="link-reset=reset-good"),
    Row("POST /reset", Public(form=True), form={"password": "a new long password"}, cookie="link-reset=reset-good", of="auditor"),
    Row("GET /reset/{token}", Public(), with_ids={"token": "x"}),
    Row("GET /reset", Public(), status=404),
    Row("POST /reset", Public(form=True), form={"password": "correct horse battery"}, status=404),
    Row("GET /first-run", Public(), status=404),
    Row("POST /first-run", Public(form=True), form={"email": "a@example.org", "name": "N", "password": "x"}, status=404),
    Row("POST /password-strength", Public(), form={"password": "x"}),
)
ACCOUNT = (
    Row("GET /", SignedIn()),
    Row("GET /account", SignedIn()),
    Row("POST /account/password", SignedIn(), form={"password": "a new long password", "current": PASSWORD}),
    Row("POST /account/sessions/{session_id}/end", Own("session")),
    Row(
        "POST /account/tokens",
        Joined(frozenset({422})),
        form={"name": "N", "scopes": "read", "days": "9", "organisation_id": "{organisation_id}"},
    ),
    Row("POST /account/tokens/{token_id}/revoke", Own("token")),
    Row("POST /switch", Joined(), form={"organisation_id": "{organisation_id}"}),
    Row("POST /sign-out", SignedIn(halfway=True)),
    Row("POST /sign-out-everywhere", SignedIn(halfway=True)),
)
INVITED = {"email": "{invited}", "role": "quality_manager", "unit_id": "{unit_id}"}
PLACED = {"name": "New", "parent_id": "{unit_id}"}
PEOPLE = (
    Row("GET /organisations/{organisation_id}/people", OfOrganisation(P.READ_PEOPLE)),
    Row("POST /organisations/{organisation_id}/invitations", OfOrganisation(P.MANAGE_PEOPLE), form=INVITED),
    Row("POST /organisations/{organisation_id}/invitations/{invitation_id}/withdraw", OfOrganisation(P.MANAGE_PEOPLE)),
    Row("POST /organisations/{organisation_id}/memberships/{membership_id}/end", OfOrganisation(P.MANAGE_PEOPLE)),
    Row("POST /organisations/{organisation_id}/units", OfOrganisation(P.MANAGE_PEOPLE), form=PLACED),
    Row("POST /organisations/{organisation_id}/units/{unit_id}", OfOrganisation(P.MANAGE_PEOPLE), form={"name": "New"}),
    Row("POST /organisations/{organisation_id}/units/{unit_id}/remove", OfOrganisation(P.MANAGE_PEOPLE)),
    Row(
        "POST /organisations/{organisation_id}/programmes",
        OfOrganisation(P.MANAGE_PEOPLE),
        form={"name": "New", "unit_id": "{unit_id}"},
    ),
    Row("POST /organisations/{organisation_id}/programmes/{programme_id}/remove", OfOrganisation(P.MANAGE_PEOPLE)),
)
NEW = {"organisation_id": "{organisation_id}", "unit_id": "{unit_id}", "title": "New", "date": "2026-11-01", "profile": "tiny"}
IN_PLACE = {"organisation_id": "{organisation_id}", "unit_id": "{unit_id}"}
A, READ = "/assessments/{assessment_id}", OfAssessment(P.READ)
ANSWERS = {"choice": "2", "comment": "Text", "version": "1"}
PAGES = (
    Row("GET /assessments", SignedIn()),
    Row("GET /assessments?page=2&organisation_id=2", SignedIn()),
    Row("POST /assessments", OfPlace(P.MANAGE), form=NEW),
    Row("POST /assessments/import", OfPlace(P.MANAGE), form=IN_PLACE, file=("a.json", json.dumps(PORTABLE).encode())),
    *(
        Row("POST /assessments/import", OfPlace(P.MANAGE), form=IN_PLACE, file=("a.json", f"like_{n}"))
        for n in ("science", "gamma")
    ),
    Row(f"GET {A}", READ),
    Row(f"GET {A}/criteria/{{reference}}", READ),
    Row(f"POST {A}/criteria/{{reference}}", OfAssessment(P.ANSWER), form=ANSWERS),
    Row(f"POST {A}/criteria/{{reference}}/links", OfAssessment(P.ANSWER), form={"code": "{code}", "where": "p. 9"}),
    Row(f"POST {A}/criteria/{{reference}}/upload", OfAssessment(P.ANSWER), form=ITEM, file=("n.txt", b"new bytes")),
    Row(
        f"POST {A}/criteria/{{reference}}/upload",
        OfAssessment(P.ANSWER),
        form=ITEM,
        file=("n.txt", "foreign_bytes"),
        within="alfa",
    ),
    Row(f"POST {A}/links/{{link_id}}/remove", OfAssessment(P.ANSWER)),
    Row(f"GET {A}/history/{{reference}}", OfAssessment(P.READ_HISTORY)),
    Row(f"GET {A}/standing", OfAssessment(P.READ_HISTORY)),
    Row(f"GET {A}/approve", OfAssessment(P.APPROVE)),
    Row(f"POST {A}/reopen", OfAssessment(P.APPROVE), form={"reason": "A reason"}, when="frozen"),
    Row(f"POST {A}/delete", OfAssessment(P.MANAGE), form={"name": "{title}"}),
    Row(f"POST {A}/restore", OfDeleted(P.MANAGE)),
    Row(f"POST {A}/shares", OfAssessment(P.SHARE), form={"agency_id": "{guest}", "with_evidence": "true"}),
    Row(f"POST {A}/shares", OfAssessment(P.SHARE), form={"email": "{reviewer}"}, within="alfa"),
    Row(f"POST {A}/shares", OfAssessment(P.SHARE), form={"email": "{partner}"}, within="alfa"),
    Row(f"POST {A}/shares", OfAssessment(P.SHARE), form={"agency_id": "{university}"}, status=409, within="alfa"),
    Row(
        f"POST {A}/shares", OfAssessment(P.SHARE), form={"email": "{partner}", "agency_id": "{guest}"}, status=409, within="alfa"
    ),
    *(
        Row(f"POST {A}/shares", OfAssessment(P.SHARE), form={"email": f"{{{who}}}"}, status=409, within="alfa")
        for who in ("beta_manager", "stray_reviewer", "own_partner")
    ),
    Row(f"POST {A}/shares/{{share_id}}/end", OfAssessment(P.SHARE)),
    Row(f"GET {A}/evidence/{{item_id}}", OfGathered()),
    Row(f"GET {A}/evidence/{{item_id}}/files/{{number}}", OfGathered()),
    Row(f"GET {A}/editions", READ),
    Row(f"POST {A}/editions", OfAssessment(P.MANAGE), form={"newer": "tiny-next@1"}),
    Row(f"POST {A}/actions", OfAssessment(P.ANSWER), form={**ACTION, "criterion": SECOND}),
    Row(f"GET {A}/actions/new", OfAssessment(P.ANSWER)),
    Row(f"GET {A}/actions/{{action_id}}", OfAssessment(P.ANSWER)),
    Row(f"POST {A}/actions/{{action_id}}", OfAssessment(P.ANSWER), form=ACTION),
    Row(f"POST {A}/actions/{{action_id}}/delete", OfAssessment(P.ANSWER)),
    Row(f"GET {A}/export.{{ending}}", READ, with_ids={"ending": "yaml"}),
    Row(f"GET {A}/export.{{ending}}", READ, with_ids={"ending": "json"}),
)
RESULTS = (
    *(Row(f"GET {A}/{name}", READ) for name in ("results", "gaps", "plan", "summary", "evidence", "coverage", "downloads")),
    Row(f"GET {A}/report.{{ending}}", READ, with_ids={"ending": "html"}),
    Row(f"GET {A}/report.{{ending}}?kind=summary", READ, with_ids={"ending": "json"}),
    Row(f"GET {A}/report.{{ending}}", READ, with_ids={"ending": "pdf"}, costly=True),
    Row(f"GET {A}/report.{{ending}}", READ, with_ids={"ending": "xlsx"}),
    Row(f"GET {A}/report.{{ending}}", READ, with_ids={"ending": "docx"}),
)
LIBRARY = (
    Row("GET /organisations/{organisation_id}/rubrics", AnywhereIn(P.READ_RUBRICS)),
    Row("POST /organisations/{organisation_id}/rubrics", OfOrganisation(P.MANAGE_RUBRICS), file=("r.yaml", RUBRIC), status=422),
    Row("GET /rubric-template.xlsx", SignedIn()),
    Row("GET /own-rubrics/{own_id}.yaml", OfRubric(P.READ_RUBRICS)),
    Row("GET /organisations/{organisation_id}/evidence", AnywhereIn(P.READ_EVIDENCE)),
    Row(
        "POST /organisations/{organisation_id}/evidence",
        OfPlace(P.EDIT_EVIDENCE),
        form={**ITEM, "unit_id": "{unit_id}"},
        file=("n.txt", b"new bytes"),
    ),
    Row("GET /evidence/{item_id}", OfEvidence(P.READ_EVIDENCE), tells=frozenset({"person"})),
    Row("POST /evidence/{item_id}", OfEvidence(P.EDIT_EVIDENCE), form={**ITEM, "version": "1"}),
    Row("POST /evidence/{item_id}/files", OfEvidence(P.EDIT_EVIDENCE), file=("n.txt", b"new bytes")),
    Row("GET /evidence/{item_id}/files/{number}", OfEvidence(P.READ_EVIDENCE)),
)
V, O = f"/api/v1{A}", "/api/v1/organisations/{organisation_id}"  # noqa: E741 - O as in organisations, beside V and A
API_ACTION = {"criterion": "{criterion}", "what": "Do it"}
API = (
    Row("GET /api/v1/assessments", SignedIn()),
    Row("GET /api/v1/assessments?page=2", SignedIn()),
    Row(f"GET {V}", READ),
    Row(f"GET {V}/scorecard", READ),
    Row(f"GET {V}/editions", READ),
    Row(f"POST {V}/editions", OfAssessment(P.MANAGE), json={"newer": "tiny-next@1"}),
    Row(f"GET {V}/answers/{{criterion}}", READ),
    Row(f"PUT {V}/answers/{{criterion}}", OfAssessment(P.ANSWER), json={"level": 2}),
    Row(f"POST {V}/answers/{{criterion}}/links", OfAssessment(P.ANSWER), json={"code": "{code}", "where": "p. 9"}),
    Row(f"DELETE {V}/links/{{link_id}}", OfAssessment(P.ANSWER)),
    Row(f"GET {V}/actions", READ),
    Row(f"POST {V}/actions", OfAssessment(P.ANSWER), json={**API_ACTION, "criterion": SECOND}),
    Row(f"PUT {V}/actions/{{action_id}}", OfAssessment(P.ANSWER), json=API_ACTION),
    Row(f"DELETE {V}/actions/{{action_id}}", OfAssessment(P.ANSWER)),
    Row(f"POST {O}/assessments?unit_id={{unit_id}}", OfPlace(P.MANAGE), json=PORTABLE),
    Row(f"GET {O}/rubrics", AnywhereIn(P.READ_RUBRICS)),
    Row(f"POST {O}/rubrics", OfOrganisation(P.MANAGE_RUBRICS), file=("r.yaml", RUBRIC), status=422),
    Row(f"GET {O}/evidence", AnywhereIn(P.READ_EVIDENCE)),
    Row(f"POST {O}/evidence?unit_id={{unit_id}}", OfPlace(P.EDIT_EVIDENCE), json=ITEM),
    Row("GET /api/v1/evidence/{item_id}", OfEvidence(P.READ_EVIDENCE)),
    Row("POST /api/v1/evidence/{item_id}/files", OfEvidence(P.EDIT_EVIDENCE), file=("n.txt", b"new bytes")),
)
ROWS = (*ANYBODY, *ACCOUNT, *PEOPLE, *PAGES, *RESULTS, *LIBRARY, *API)
