"""A site in which every page has something to show, and the list of its pages with who opens them."""

import re
from dataclasses import dataclass

from sqlalchemy import select, update

from app import clock
from app.accounts import people, service
from app.accounts.forms import InviteForm
from app.accounts.models import Organisation, Person, Role
from app.accounts.sign_in_models import SignInSession, Stage
from app.config import Settings
from app.cycles.models import Following
from app.db import Database
from app.evidence.models import EvidenceItem
from app.jobs.mail import PURPOSE
from app.jobs.models import OutgoingMail
from app.main import create_app
from app.portable.read import read_path
from app.rubrics import registry
from app.sealing import unseal
from tests.conftest import Client
from tests.evidence import hostile
from tests.factories import EXAMPLES, make_agency, make_assessment, make_organisation, make_person, small

CRITERION = "double-degree:recognition.automatic"
ANSWERED = "esg-2015:policy.approved"


@dataclass(frozen=True)
class Case:
    """A page: the name of its route, its address, who opens it, and what is pressed to bring it into a state of its own."""

    route: str
    path: str
    who: str = "manager"
    press: str = ""

    def __str__(self) -> str:
        return self.path + (f" [{self.press}]" if self.press else "") + ("" if self.who == "manager" else f" ({self.who})")


class Everything:
    """The site, built through its own forms, and sessions of everybody in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        app = create_app(settings)
        self.database: Database = app.state.database
        self.client = Client(app, base_url=settings.base_url, follow_redirects=False)
        self.client.settings, self.client.database = settings, self.database
        self.client.headers["accept"] = "text/html"
        self.tokens: dict[str, str] = {}
        self._people()
        self._assessments()
        self._library()
        self._together()
        self._decided()
        self._rounds()
        self.cases = self._cases()
        self.database.close()

    def _send(self, path: str, fields: dict[str, object] | None = None, **more: object) -> str:
        """Post a form as the person who is signed in; where it leads."""
        answer = self.client.send_form(path, fields, **more)
        assert answer.status_code == 303, f"{path}: {answer.status_code}: {answer.text[-2000:]}"
        return str(answer.headers["location"])

    def _people(self) -> None:
        database, settings = self.database, self.settings
        self.home: Organisation = make_organisation(database)
        self.agency = make_agency(database)
        empty = make_organisation(database, "Empty University")
        made = {
            "manager": make_person(database, settings, self.home, name="Aigerim Sample"),
            "contributor": make_person(database, settings, self.home, Role.CONTRIBUTOR, name="Bolat Sample"),
            "rater": make_person(database, settings, self.home, Role.INTERNAL_AUDITOR, name="Dana Sample"),
            "second": make_person(database, settings, self.home, Role.INTERNAL_AUDITOR, name="Erlan Sample"),
            "guest": make_person(database, settings, self.agency, Role.REVIEWER, name="Guest Sample"),
            "newcomer": make_person(database, settings, empty, name="New Sample"),
            "operator": make_person(database, settings, name="Operator Sample"),
            "half": make_person(database, settings, self.home, name="Half Sample"),
            "enrolling": make_person(database, settings, self.home, name="Enrolling Sample"),
        }
        self.empty, self.people = empty, made
        with database.write() as session:
            session.execute(update(Person).where(Person.id == made["operator"].id).values(is_operator=True))
            form = InviteForm(email="invited@example.org", role=Role.CONTRIBUTOR, language="en")
            self.invited = people.invite(session, settings, self.home, None, form, None, now=clock.now()).token
            for who, person in made.items():
                self.tokens[who] = service.sign_in(session, settings, person, now=clock.now()).token
            for who, stage in (("half", Stage.SECOND_FACTOR), ("enrolling", Stage.ENROLMENT)):
                held = SignInSession.person_id == made[who].id
                session.execute(update(SignInSession).where(held).values(stage=stage.value))
        self.client.signed_out()
        page = self.client.get("/forgot").text
        token = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', page)[0]
        self.client.post("/forgot", data={"email": made["contributor"].email, "csrf_token": token})
        with database.read() as session:
            mails = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == made["contributor"].email)).all()
            self.reset = next(found[1] for one in mails if (found := re.search(r"/reset/(\S+)", _words(settings, one))))
            self.mail = mails[0].id

    def _assessments(self) -> None:
        sample = read_path(EXAMPLES / "paper-university.en.yaml", registry.home())
        before = make_assessment(self.database, self.home, sample)
        self.mine = make_assessment(self.database, self.home, sample)
        self.rated = make_assessment(self.database, self.home)
        self.bare = make_assessment(self.database, self.home, small().model_copy(update={"answers": {}, "actions": ()}))
        with self.database.write() as session:
            for one in (self.mine, self.bare):
                session.add(Following(assessment_id=one.id, previous_id=before.id, chosen_at=clock.now()))
        self.path = f"/assessments/{self.mine.id}"

    def _library(self) -> None:
        self.client.as_(self.people["manager"])
        self.library = library = f"/organisations/{self.home.id}/evidence"
        self.item = int(self._send(library, {"title": "Minutes of the council", "kind": "minutes"}).rpartition("/")[2])
        with self.database.read() as session:
            self.code = session.get_one(EvidenceItem, self.item).code
        document = ("minutes.pdf", hostile.pdf(3), "application/pdf")
        self._send(f"/evidence/{self.item}/files", files={"file": document})
        with self.database.read() as session:
            now = session.get_one(EvidenceItem, self.item).version
        self._send(
            f"{library}/bulk", {"item": [str(self.item)], "seen": [f"{self.item}:{now}"], "language": "ru", "add_tags": "council"}
        )
        self._send(f"{self.path}/criteria/{ANSWERED}/links", {"code": self.code, "where": "p. 2"})
        page = self.client.get(f"{library}/batches").text
        self.batch = page.split(f'href="{library}/batches/')[1].split('"')[0]

    def _together(self) -> None:
        manager, to = self.people["manager"], f"person:{self.people['contributor'].id}"
        self.client.as_(manager)
        self._send(
            f"{self.path}/assignments",
            {"part": [f"criterion={one}" for one in (ANSWERED, CRITERION)], "to": to, "due": "2026-01-31"},
        )
        self._send(f"{self.path}/criteria/{CRITERION}/discussion", {"text": "Is the decree of 2024 enough?"})
        self._send(f"{self.path}/shares", {"agency_id": str(self.agency.id), "with_evidence": "true"})

    def _decided(self) -> None:
        self.client.as_(self.people["manager"])
        assert approve(self.client, self.path) == 303
        self._send(f"{self.path}/reopen")
        version = self.client.get(f"/api/v1{self.path}/answers/{CRITERION}").json().get("version", 0)
        self._send(f"{self.path}/criteria/{CRITERION}", {"version": str(version), "choice": "4", "comment": "What came after"})

    def _rounds(self) -> None:
        """A closed round of the sample, and an open one of the small assessment."""
        for path, levels in ((self.path, (1, 4)), (f"/assessments/{self.rated.id}", (2,))):
            self.client.as_(self.people["manager"])
            self._send(f"{path}/ratings/open")
            for who in ("rater", "second"):
                self._send(f"{path}/ratings/raters", {"rater_role": "internal_auditor", "person_id": str(self.people[who].id)})
            for who, level in zip(("rater", "second"), levels, strict=False):
                self.client.as_(self.people[who])
                for reference in (ANSWERED, "esg-2015:policy.public"):
                    self._send(f"{path}/ratings/mine/{reference}", {"level": str(level), "note": f"Level {level}, by the decree"})
        self._send_as("manager", f"{self.path}/ratings/close")

    def _send_as(self, who: str, path: str) -> None:
        self.client.as_(self.people[who])
        self._send(path)

    def _cases(self) -> list[Case]:
        return [*self._of_assessments(), *self._of_the_library(), *self._of_people(), *self._of_visitors(), *self._empty()]

    def _of_assessments(self) -> list[Case]:
        mine, criterion = self.path, f"{self.path}/criteria/{CRITERION}"
        number = self.client.as_(self.people["manager"]).get(f"{mine}/plan").text.split(f"{mine}/actions/")
        action = next(part.split('"')[0] for part in number if part.split('"')[0].isdigit())
        sections = ("results", "plan", "coverage", "summary", "downloads", "editions", "standing", "revisions", "follows")
        named = {"gaps": "gaps", "assessment_evidence": "evidence", "assessment_trail": "trail", "raters": "ratings"}
        standard = "esg-2015:policy"
        return [
            Case("assessments", "/assessments"), Case("assessments", "/assessments", press="form[action='/assessments'] button"),
            Case("assessment", mine), Case("assessment", f"{mine}?gap=on"),
            *(Case(one, f"{mine}/{one}") for one in sections), *(Case(name, f"{mine}/{part}") for name, part in named.items()),
            Case("plan", f"{mine}/plan?view=board"), Case("coverage", f"{mine}/coverage?open=r1-c-esg-2015-policy-approved"),
            Case("criterion", criterion), Case("criterion", f"{mine}/criteria/{ANSWERED}"),
            Case("answer_history", f"{mine}/history/{CRITERION}"), Case("discussion", f"{criterion}/discussion"),
            Case("new_action", f"{mine}/actions/new?criterion={CRITERION}"), Case("action", f"{mine}/actions/{action}"),
            Case("new_action", f"{mine}/actions/new?criterion={CRITERION}", press="main form button[type=submit]"),
            Case("next_action", f"{mine}/actions/next"), Case("criteria", f"{mine}/criteria"),
            Case("what_if", f"{mine}/what-if"), Case("what_if", f"{mine}/what-if?gap=esg-2015:policy.review"),
            Case("carry_standard", f"/assessments/{self.bare.id}/carry/{standard}"),
            Case("criterion", f"/assessments/{self.bare.id}/criteria/{ANSWERED}"),
            *(Case("revision", f"{mine}/revisions/1?part={part}") for part in ("results", "criteria", "gaps")),
            Case("changes", f"{mine}/revisions/1/changes"),
            Case("assignments", f"{mine}/assignments"), Case("progress", f"{mine}/progress"),
            Case("raters", f"/assessments/{self.rated.id}/ratings"),
            Case("raters", f"/assessments/{self.rated.id}/ratings", press="form[action$='/raters'] button"),
            Case("raters", f"/assessments/{self.bare.id}/ratings"),
            Case("my_ratings", "/ratings", "rater"), Case("my_ratings", "/ratings"),
            Case("my_rating", f"/assessments/{self.rated.id}/ratings/mine", "rater"),
            Case("rate", f"/assessments/{self.rated.id}/ratings/mine/{ANSWERED}", "rater"),
            Case("rate", f"/assessments/{self.rated.id}/ratings/mine/{ANSWERED}", "second", "form.answer button"),
            Case("search", "/search?q=policy"), Case("search", "/search?q=policy&kind=evidence"), Case("search", "/search?q=zzzz"),
            Case("work", "/work"), Case("work", "/work", "contributor"), Case("work", "/work?show=unanswered", "contributor"),
            Case("home", "/"),
        ]  # fmt: skip

    def _of_the_library(self) -> list[Case]:
        library, item = self.library, f"/evidence/{self.item}"
        with self.database.read() as session:
            shown = session.scalars(select(EvidenceItem.id).where(EvidenceItem.organisation_id == self.home.id).limit(1)).one()
        chosen = f"item={self.item}"
        return [
            Case("evidence_library", library), Case("evidence_library", f"{library}?text=zzzz"), Case("new_evidence", f"{library}/new"),
            Case("new_evidence", f"{library}/new", press="main form:not(.uploads) button[type=submit]"),
            Case("evidence_batches", f"{library}/batches"), Case("evidence_batch", f"{library}/batches/{self.batch}"),
            Case("bulk_edit", f"{library}/bulk?{chosen}"), Case("preview_bulk_edit", f"{library}/bulk/preview?{chosen}&language=kk"),
            Case("bulk_link", f"{library}/link?{chosen}"), Case("evidence_item", item), Case("evidence_item", f"/evidence/{shown}"),
            Case("evidence_trail", f"{item}/trail"), Case("evidence_preview", f"{item}/files/1/preview?page=2"),
            Case("assessment_evidence_item", f"{self.path}/evidence/{self.item}", "guest"),
            Case("assessment_evidence_preview", f"{self.path}/evidence/{self.item}/files/1/preview", "guest"),
        ]  # fmt: skip

    def _of_people(self) -> list[Case]:
        home = f"/organisations/{self.home.id}"
        return [
            Case("own_rubrics", f"{home}/rubrics"), Case("people", f"{home}/people"), Case("trail", f"{home}/trail"),
            Case("people", f"{home}/people", press="form[action$='/invitations'] button"),
            Case("account", "/account"), Case("second_factors", "/account/second-factor"), Case("prove", "/account/prove"),
            Case("totp", "/account/second-factor/totp"), Case("notices", "/account/notices"),
            Case("operator", "/operator", "operator"), Case("operator_mail", f"/operator/mail/{self.mail}", "operator"),
            Case("second_factor", "/sign-in/second", "half"), Case("enrol", "/sign-in/enrol", "enrolling"),
            Case("", "/nowhere"), Case("", "/assessments/999999"),
        ]  # fmt: skip

    def _of_visitors(self) -> list[Case]:
        return [
            Case("sign_in", "/sign-in", "visitor"), Case("sign_in", "/sign-in", "visitor", "main form button"),
            Case("organisation_sign_in", "/sign-in/organisation", "visitor"), Case("forgot", "/forgot", "visitor"),
            Case("organisation_return", "/sign-in/organisation/return?state=x", "visitor"),
            Case("open_invitation", f"/invitation/{self.invited}", "visitor"), Case("open_reset", f"/reset/{self.reset}", "visitor"),
            Case("invitation", "/invitation", "visitor"), Case("reset", "/reset", "visitor"), Case("", "/nowhere", "visitor"),
        ]  # fmt: skip

    def _empty(self) -> list[Case]:
        """What a newcomer meets, and a guest."""
        empty = f"/organisations/{self.empty.id}"
        return [
            Case("work", "/work", "newcomer"), Case("assessments", "/assessments", "newcomer"),
            Case("evidence_library", f"{empty}/evidence", "newcomer"), Case("own_rubrics", f"{empty}/rubrics", "newcomer"),
            Case("evidence_batches", f"{empty}/evidence/batches", "newcomer"), Case("trail", f"{empty}/trail", "newcomer"),
            Case("people", f"{empty}/people", "newcomer"), Case("search", "/search", "newcomer"),
            Case("assessments", "/assessments", "guest"), Case("summary", f"{self.path}/summary", "guest"),
            Case("criterion", f"{self.path}/criteria/{CRITERION}", "guest"),
        ]  # fmt: skip


def _words(settings: Settings, mail: OutgoingMail) -> str:
    return unseal(settings, PURPOSE, mail.sealed_body)


def approve(client: Client, path: str) -> int:
    """Approve an assessment as the person who is signed in."""
    return client.send_form(f"{path}/approve").status_code


NOT_PAGES = {
    "healthz", "readyz", "static", "rubric_template", "own_rubric_file", "export_assessment", "revision_file", "report_file",
    "account_export", "totp_picture", "trail_csv", "trail_jsonl", "evidence_file", "evidence_page", "assessment_evidence_file",
    "assessment_evidence_page", "calendar", "first_run",
}  # fmt: skip
"""What GET brings that is no page: files and pictures. The first run has a test of its own, for it needs an empty installation."""
