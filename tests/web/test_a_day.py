"""A quality manager's day: twenty people, one self-assessment, from the invitations to a second revision, all over HTTP."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app.accounts.models import Person, Role
from app.assessments.checks import wrong_scores
from app.assessments.models import Answer
from app.audit import access as trail
from app.audit.verify import verify
from app.config import Settings
from app.db import Database
from app.rubrics import registry
from tests.accounts.journeys import follow, last_mail, link_in, mails, send
from tests.conftest import Client
from tests.evidence import hostile
from tests.factories import EXAMPLES, make_agency, make_organisation, make_person
from tests.signing import reopen, sign_off

ROLES = ("contributor",) * 15 + ("internal_auditor",) * 3 + ("rector",)
"""The colleagues whom the quality manager invites; with them they are twenty."""
PASSWORD = "a long walk in autumn"
RUBRIC = "esg-2015"


@dataclass
class Day:
    """The university, its people by role, and its assessment."""

    client: Client
    database: Database
    settings: Settings
    manager: Person
    organisation: int
    path: str = ""
    people: dict[str, list[Person]] = field(default_factory=dict)

    def as_(self, role: str, number: int = 0) -> Client:
        return self.client.as_(self.manager if role == "quality_manager" else self.people[role][number])

    def do(self, path: str, fields: Mapping[str, object] | None = None, **more: object) -> str:
        """Send a form as who is signed in; where it leads."""
        answer = self.client.send_form(path, dict(fields or {}), **more)
        assert answer.status_code == 303, f"{path}: {answer.status_code}: {answer.text[-1500:]}"
        return str(answer.headers["location"])

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def version(self, criterion: str) -> str:
        with self.database.read() as session:
            assessment = int(self.path.rpartition("/")[2])
            query = select(Answer.version).where(Answer.assessment_id == assessment, Answer.criterion == criterion)
            return str(session.scalar(query) or 0)

    def answer(self, criterion: str, level: int, comment: str) -> None:
        fields: dict[str, object] = {"version": self.version(criterion), "choice": str(level), "comment": comment}
        self.do(f"{self.path}/criteria/{criterion}", fields)

    def state(self, criterion: str, deed: str, **more: object) -> None:
        self.do(f"{self.path}/criteria/{criterion}/state", {"deed": deed, "version": self.version(criterion), **more})


@pytest.fixture
def day(client: Client, database: Database, settings: Settings) -> Day:
    organisation = make_organisation(database, "Day University")
    manager = make_person(database, settings, organisation, name="Aigerim Sample")
    return Day(client, database, settings, manager, organisation.id)


def test_twenty_people_complete_a_self_assessment_in_a_day(day: Day) -> None:
    _invite_everybody(day)
    _bring_the_sample_in(day)
    parts = _assign(day)
    _answer(day, parts)
    _review(day, parts)
    _rate(day)
    _plan(day)
    _show_the_agency(day)
    _sign_off_twice(day)
    _everything_agrees(day)


def _invite_everybody(day: Day) -> None:
    for number, role in enumerate(ROLES):
        email = f"day-{number}-{day.organisation}@example.org"
        day.as_("quality_manager")
        day.do(f"/organisations/{day.organisation}/invitations", {"email": email, "role": role, "language": "kk"})
        day.client.signed_out()
        follow(day.client, link_in(last_mail(day.database, day.settings, email)))
        assert send(day.client, "/invitation", name=f"Colleague {number}", password=PASSWORD).status_code == 303
        assert day.client.get("/work").status_code == 200
        with day.database.read() as session:
            person = session.scalars(select(Person).where(Person.email == email)).one()
            session.expunge(person)
        day.people.setdefault(role, []).append(person)


def _bring_the_sample_in(day: Day) -> None:
    day.as_("quality_manager")
    file = ("sample.yaml", (EXAMPLES / "paper-university.kk.yaml").read_bytes())
    day.path = day.do("/assessments/import", {"organisation_id": str(day.organisation)}, files={"file": file}).split("?")[0]
    assert re.fullmatch(r"/assessments/\d+", day.path)


def _assign(day: Day) -> list[tuple[int, list[str]]]:
    """Each contributor gets a standard, or some criteria of one: (contributor, criteria)."""
    rubric = registry.home().rubrics[f"{RUBRIC}@1"]
    day.as_("quality_manager")
    found = []
    for number, person in enumerate(day.people["contributor"]):
        standard = rubric.standards[number % len(rubric.standards)]
        criteria = [f"{RUBRIC}:{one.id}" for one in standard.criteria]
        whole = number < len(rubric.standards)
        mine = criteria[:3] if whole else criteria[3:5]
        part = [f"standard={RUBRIC}:{standard.id}"] if whole else [f"criterion={one}" for one in mine]
        day.do(f"{day.path}/assignments", {"part": part, "to": f"person:{person.id}", "due": "2027-02-01"})
        found.append((number, mine))
    return found


def _answer(day: Day, parts: list[tuple[int, list[str]]]) -> None:
    for number, criteria in parts:
        day.as_("contributor", number)
        assert day.path in day.see("/work")
        for place, criterion in enumerate(criteria):
            day.see(f"{day.path}/criteria/{criterion}")
            day.answer(criterion, (number + place) % 5, f"Colleague {number} of criterion {place}")
        upload = {"title": f"Minutes {number}", "kind": "minutes"}
        file = (f"m{number}.pdf", hostile.pdf(1) + b"%" + str(number).encode())
        day.do(f"{day.path}/criteria/{criteria[0]}/upload", upload, files={"file": file})
        day.do(f"{day.path}/criteria/{criteria[0]}/discussion", {"text": f"Is this enough? @{day.manager.name}"})
        for criterion in criteria:
            day.state(criterion, "declare")
    assert mails(day.database, day.manager.email) == len(parts), "each who asks is told of once"


def _review(day: Day, parts: list[tuple[int, list[str]]]) -> None:
    for number, criteria in parts:
        day.as_("internal_auditor", number % 3)
        for criterion in criteria[1:]:
            day.state(criterion, "accept")
        day.state(criteria[0], "return", reason="Name the page, please.")
    for number, (criterion, *_others) in parts:
        day.as_("contributor", number)
        assert "Name the page, please." in day.see(f"{day.path}/criteria/{criterion}")
        day.answer(criterion, 3, f"Colleague {number}, with the page")
        day.state(criterion, "declare")
        day.as_("internal_auditor", number % 3)
        day.state(criterion, "accept")


def _rate(day: Day) -> None:
    criterion = f"{RUBRIC}:policy.approved"
    day.as_("quality_manager")
    day.do(f"{day.path}/ratings/open")
    for number in (0, 1):
        rater = day.people["internal_auditor"][number]
        day.do(f"{day.path}/ratings/raters", {"rater_role": "internal_auditor", "person_id": str(rater.id)})
    for number, level in ((0, 1), (1, 4)):
        day.as_("internal_auditor", number)
        day.do(f"{day.path}/ratings/mine/{criterion}", {"level": str(level), "note": f"Note of rater {number}"})
        other = day.see(f"{day.path}/ratings/mine/{criterion}")
        assert f"Note of rater {1 - number}" not in other
    day.as_("quality_manager")
    day.do(f"{day.path}/ratings/close")
    assert "Note of rater 0" in day.see(f"{day.path}/ratings")


def _plan(day: Day) -> None:
    day.as_("quality_manager")
    register = day.see(f"{day.path}/gaps")
    gaps = [unquote(one) for one in dict.fromkeys(re.findall(r'actions/new\?criterion=([^"&]+)', register))][:5]
    assert gaps, "the sample has gaps that nobody plans to close"
    for number, gap in enumerate(gaps):
        owner = str(day.people["contributor"][number].id)
        what = {"criterion": gap, "what": f"Close gap {number}", "owner_id": owner, "due": "2027-03-01", "expected_level": "4"}
        day.do(f"{day.path}/actions", what)
    assert "Close gap 0" in day.see(f"{day.path}/plan")
    day.see(f"{day.path}/what-if?" + "&".join(f"gap={gap}" for gap in gaps))
    assert day.path in day.see("/search?q=Colleague&kind=answers")


def _show_the_agency(day: Day) -> None:
    agency = make_agency(day.database)
    reviewer = make_person(day.database, day.settings, agency, Role.REVIEWER)
    day.as_("quality_manager")
    day.do(f"{day.path}/shares", {"agency_id": str(agency.id), "with_evidence": "true"})
    day.client.as_(reviewer)
    day.see(f"{day.path}/results")
    assert day.client.get(f"{day.path}/assignments").status_code == 403


def _sign_off_twice(day: Day) -> None:
    criterion = f"{RUBRIC}:policy.approved"
    rector = day.as_("rector")
    day.see(f"{day.path}/summary")
    assert sign_off(rector, day.path).status_code == 303
    day.as_("contributor")
    refused = day.client.send_form(f"{day.path}/criteria/{criterion}", {"version": day.version(criterion), "choice": "0"})
    assert refused.status_code == 409
    rector = day.as_("rector")
    assert reopen(rector, day.path).status_code == 303
    day.as_("contributor")
    day.answer(criterion, 4, "After the first revision")
    assert sign_off(day.as_("rector"), day.path).status_code == 303
    assert f'class="govuk-link" href="{day.path}/criteria/{criterion}"' in day.see(f"{day.path}/revisions/1/changes?until=2")
    assert "After the first revision" not in day.see(f"{day.path}/revisions/1?part=criteria")


def _everything_agrees(day: Day) -> None:
    """One index: the stored score, the API, the report as data and as a page; and nothing of the day was lost."""
    day.as_("rector")
    card = json.loads(day.see(f"/api/v1{day.path}/scorecard"))
    assert json.loads(day.see(f"{day.path}/report.json?lang=en"))["index"] == card["index"]
    day.client.cookies.set("language", "en")
    shown = day.see(f"{day.path}/results")
    assert f"{round(float(card['index']), 1)}" in shown
    pdf = day.client.get(f"{day.path}/report.pdf?kind=summary&lang=kk")
    assert pdf.content.startswith(b"%PDF-1.7")
    with day.database.read() as session:
        assert int(day.path.rpartition("/")[2]) not in wrong_scores(session, registry.home())[1]
        events = [one for one in trail.recorded(session) if one.chain == day.organisation]
        heads = [one for one in trail.heads(session) if one.chain == day.organisation]
    assert list(verify(events, heads)) == []
    assert len(events) > 200, "each change of the day is an event"
