"""What tests of ratings share."""

from sqlalchemy import select

from app.accounts.models import Organisation, Person, Role
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.ratings.models import RatingRound, RoundRater
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

FIRST = "esg-2015:policy.approved"


class Scene:
    """A university with an assessment, its manager, two auditors and a contributor."""

    def __init__(self, client: Client, database: Database, settings: Settings) -> None:
        self.client, self.database, self.settings = client, database, settings
        self.home: Organisation = make_organisation(database)
        self.manager = make_person(database, settings, self.home)
        self.one, self.other = (make_person(database, settings, self.home, Role.INTERNAL_AUDITOR) for _ in "12")
        self.contributor = make_person(database, settings, self.home, Role.CONTRIBUTOR)
        self.assessment: Assessment = make_assessment(database, self.home)
        self.path = f"/assessments/{self.assessment.id}"
        self.ratings = f"{self.path}/ratings"

    def open(self, *people: Person) -> None:
        self.client.as_(self.manager)
        assert self.client.send_form(f"{self.ratings}/open").status_code == 303
        for person in people:
            assert self.invite(person_id=str(person.id)) == 303

    def invite(self, role: str = "internal_auditor", **fields: str) -> int:
        self.client.as_(self.manager)
        return self.client.send_form(f"{self.ratings}/raters", {"rater_role": role, **fields}).status_code

    def rate(self, person: Person, reference: str = FIRST, level: int = 3, **fields: str) -> int:
        self.client.as_(person)
        return self.client.send_form(f"{self.ratings}/mine/{reference}", {"level": str(level), **fields}).status_code

    def finish(self, person: Person) -> int:
        return self.client.as_(person).send_form(f"{self.ratings}/mine/finish").status_code

    def rater_id(self, person: Person) -> int:
        with self.database.read() as session:
            query = select(RoundRater.id).where(RoundRater.person_id == person.id).order_by(RoundRater.id.desc())
            return session.scalars(query).first() or 0

    def is_open(self) -> bool:
        with self.database.read() as session:
            query = select(RatingRound).where(RatingRound.assessment_id == self.assessment.id, RatingRound.closed_at.is_(None))
            return session.scalar(query) is not None
