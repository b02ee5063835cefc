"""Marks: a word that stands nowhere else, in every text of the world, and who may come across which."""

import io
import re
import zipfile
from dataclasses import dataclass
from itertools import count

import pypdfium2

from app.accounts.models import OrganisationKind
from app.accounts.policy import HOUSE, Permission
from tests.isolation.people import (
    BY_KEY,
    ORGANISATIONS,
    SHARES,
    Thing,
    Who,
    allows,
    anywhere,
    guesthood,
    may_bring_back,
    roles,
    roles_on,
    sees,
    sees_evidence,
)

MARK = re.compile(r"qzx[a-j]{5}")
_LETTERS = str.maketrans("0123456789", "abcdefghij")


@dataclass(frozen=True)
class Subject:
    """What a mark stands in: an assessment, an evidence item, a person …, by key, in an organisation and its unit."""

    kind: str
    key: str
    organisation: str = ""
    unit: str | None = None


class Marks:
    """The marks that were given out, each with its subject."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        self.authors: dict[str, set[str]] = {}
        """Who wrote in an assessment: names stand in its history."""
        self.gathered: dict[str, list[Thing]] = {}
        """The assessments that gather an item, by the item's key."""
        self.items: dict[str, Thing] = {}
        self.assessments: dict[str, Thing] = {}
        self._numbers = count(10_000)

    def new(self, kind: str, key: str, organisation: str = "", unit: str | None = None) -> str:
        """A fresh mark for this subject."""
        mark = "qzx" + str(next(self._numbers)).translate(_LETTERS)
        self.subjects[mark] = Subject(kind, key, organisation, unit)
        return mark

    def allowed(self, who: Who) -> frozenset[str]:
        """Every mark the person may come across."""
        return frozenset(mark for mark, subject in self.subjects.items() if self._may_read(who, subject))

    def _may_read(self, who: Who, subject: Subject) -> bool:
        found: bool = getattr(self, f"_{subject.kind}")(who, subject)
        return found

    def _organisation(self, who: Who, subject: Subject) -> bool:
        mine = [one for one in self.assessments.values() if sees(who, one)]
        shares = [one for one in mine if allows(roles_on(who, one), Permission.SHARE)]
        shown = {share.to for share in SHARES if share.assessment in {one.key for one in shares}}
        public = bool(shares) and ORGANISATIONS[subject.key] is OrganisationKind.AGENCY
        belongs = bool(anywhere(who, subject.key)) or subject.key in {one.organisation for one in mine}
        return belongs or public or subject.key in shown or self._operates(who)

    @staticmethod
    def _operates(who: Who) -> bool:
        return who.is_operator and who.only is None

    @staticmethod
    def _unit(who: Who, subject: Subject) -> bool:
        return bool(roles(who, subject.organisation, subject.unit) & HOUSE)

    @staticmethod
    def _programme(who: Who, subject: Subject) -> bool:
        return allows(roles(who, subject.organisation), Permission.READ_PEOPLE)

    def _person(self, who: Who, subject: Subject) -> bool:
        mine = BY_KEY.get(subject.key)
        places = {one.organisation for one in mine.grants} if mine else {subject.organisation}
        if who.key == subject.key or any(allows(roles(who, one), Permission.READ_PEOPLE) for one in places):
            return True
        told = [one for one in self.assessments.values() if sees(who, one)]
        wrote = any(subject.key in self.authors[one.key] and self._history(who, one) for one in told)
        guests = {share.assessment for share in SHARES if share.person == subject.key}
        return wrote or any(one.key in guests and allows(roles_on(who, one), Permission.SHARE) for one in told)

    @staticmethod
    def _history(who: Who, thing: Thing) -> bool:
        return allows(roles_on(who, thing), Permission.READ_HISTORY)

    def _assessment(self, who: Who, subject: Subject) -> bool:
        thing = self.assessments[subject.key]
        return sees(who, thing) or may_bring_back(who, thing)

    def _work(self, who: Who, subject: Subject) -> bool:
        thing = self.assessments[subject.key]
        return sees(who, thing) and allows(roles_on(who, thing), Permission.READ_WORK)

    def _rating(self, who: Who, subject: Subject) -> bool:
        thing = self.assessments[subject.key]
        return sees(who, thing) and allows(roles_on(who, thing), Permission.READ_RATINGS)

    def _remark(self, who: Who, subject: Subject) -> bool:
        thing = self.assessments[subject.key]
        return sees(who, thing) and allows(roles_on(who, thing), Permission.DISCUSS)

    def _cover(self, who: Who, subject: Subject) -> bool:
        shown = {one.organisation for one in self.assessments.values() if sees(who, one)}
        return subject.organisation in shown or allows(roles(who, subject.organisation), Permission.SET_COVER)

    def _evidence(self, who: Who, subject: Subject) -> bool:
        return sees_evidence(who, self.items[subject.key]) or any(sees(who, one) for one in self.gathered[subject.key])

    def _bytes(self, who: Who, subject: Subject) -> bool:
        return sees_evidence(who, self.items[subject.key]) or any(
            sees(who, one) and (roles(who, one.organisation, one.unit) & HOUSE or guesthood(who, one, evidence=True))
            for one in self.gathered[subject.key]
        )

    @staticmethod
    def _rubric(who: Who, subject: Subject) -> bool:
        return allows(anywhere(who, subject.organisation), Permission.READ_RUBRICS)

    def _invitation(self, who: Who, subject: Subject) -> bool:
        return allows(roles(who, subject.organisation), Permission.MANAGE_PEOPLE) or self._operates(who)

    def _mail(self, who: Who, _subject: Subject) -> bool:
        return self._operates(who)

    @staticmethod
    def _own(who: Who, subject: Subject) -> bool:
        return who.key == subject.key

    @staticmethod
    def _trail(who: Who, subject: Subject) -> bool:
        return allows(roles(who, subject.organisation), Permission.READ_TRAIL)

    @staticmethod
    def _secret(_who: Who, _subject: Subject) -> bool:
        return False


def text_of(content: bytes, media_type: str) -> str:
    """Everything that can be read in an answer: the text of a PDF, what an archive holds."""
    if content.startswith(b"%PDF") and len(content) > 1000:
        document = pypdfium2.PdfDocument(content)
        return "".join(page.get_textpage().get_text_range() for page in document)
    if media_type.endswith(("sheet", "zip")) and content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{text_of(archive.read(name), '')}" for name in archive.namelist())
    return content.decode("utf-8", "replace")
