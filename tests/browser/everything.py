"""A site in which every page has something to show; its pages stand in `pages.txt`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from app import clock
from app.accounts import people, service
from app.accounts.forms import InviteForm
from app.accounts.models import Organisation, Person, Role
from app.accounts.sign_in_models import SignInSession, Stage
from app.assessments.models import Snapshot
from app.config import Settings
from app.cycles.models import Following
from app.db import Database
from app.evidence.models import EvidenceItem
from app.jobs import alive
from app.jobs.mail import PURPOSE
from app.jobs.models import OutgoingMail
from app.main import create_app
from app.portable.read import read_path
from app.report_jobs.models import ReportJob
from app.rubrics import registry
from app.sealing import unseal
from tests.conftest import Client
from tests.evidence import hostile
from tests.factories import EXAMPLES, make_agency, make_assessment, make_organisation, make_person, small
from tests.signing import sign_off

PAGES = Path(__file__).parent / "pages.txt"
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
        self._waited_for()
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
        assert sign_off(self.client, self.path).status_code == 303
        self._send(f"{self.path}/reopen", {"reason": "A figure was wrong."})
        with self.database.read() as session:
            self.issued = session.scalars(select(Snapshot.token)).one()
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

    def _waited_for(self) -> None:
        """A report that waits, one that is being made, one that is ready and one that failed; a worker is at work."""
        self.client.as_(self.people["manager"])
        self.jobs: dict[str, str] = {}
        states: dict[str, dict[str, object]] = {
            "queued": {},
            "running": {"part": "chapters", "part_done": 7, "part_of": 14},
            "done": {"sha256": "0" * 64},
            "failed": {"problem": "The report took longer than 60 seconds and was stopped."},
        }
        for kind, (state, told) in zip(("full", "summary", "plan", "iso-to-esg"), states.items(), strict=True):
            self.jobs[state] = self._send(f"{self.path}/reports", {"kind": kind, "file": "kk.pdf"})
            with self.database.write() as session:
                job = session.get_one(ReportJob, int(self.jobs[state].rpartition("/")[2]))
                for name, value in {"state": state, **told}.items():
                    setattr(job, name, value)
                alive.note_alive(session, now=clock.now() + timedelta(days=1))

    def _send_as(self, who: str, path: str) -> None:
        self.client.as_(self.people[who])
        self._send(path)

    def _cases(self) -> list[Case]:
        number = self.client.as_(self.people["manager"]).get(f"{self.path}/plan").text.split(f"{self.path}/actions/")
        known = {
            "mine": self.path,
            "rated": f"/assessments/{self.rated.id}",
            "bare": f"/assessments/{self.bare.id}",
            "home": f"/organisations/{self.home.id}",
            "empty": f"/organisations/{self.empty.id}",
            "library": self.library,
            "item": self.item,
            "batch": self.batch,
            "mail": self.mail,
            "invited": self.invited,
            "reset": self.reset,
            "issued": self.issued,
            **self.jobs,
            "criterion": CRITERION,
            "answered": ANSWERED,
            "action": next(part.split('"')[0] for part in number if part.split('"')[0].isdigit()),
        }
        lines = PAGES.read_text(encoding="utf-8").splitlines()
        cases = [[part.strip() for part in line.split(" | ")] for line in lines if "|" in line]
        return [Case(route, path.format(**known), *more) for route, path, *more in cases]


def _words(settings: Settings, mail: OutgoingMail) -> str:
    return unseal(settings, PURPOSE, mail.sealed_body)


NOT_PAGES = {
    "healthz", "readyz", "static", "rubric_template", "own_rubric_file", "export_assessment", "revision_file", "report_file",
    "report_job_file", "changes_file",
    "account_export", "totp_picture", "trail_csv", "trail_jsonl", "evidence_file", "evidence_page", "assessment_evidence_file",
    "assessment_evidence_page", "calendar", "first_run", "binder", "cover_logo", "people_to_ask",
}  # fmt: skip
"""What GET brings that is no page: files and pictures. The first run has a test of its own, in an empty installation."""
