"""Every table, imported in one place so that migrations and tests see them all."""

from app.accounts import models as accounts
from app.accounts import notice_models as notices
from app.accounts import sign_in_models as signing_in
from app.assessments import models as assessments
from app.assignments import models as assignments
from app.audit import models as audit
from app.covers import models as covers
from app.cycles import models as cycles
from app.db import Base
from app.discussion import models as discussion
from app.evidence import models as evidence
from app.holdings import models as holdings
from app.jobs import models as jobs
from app.keys import models as keys
from app.ratings import models as ratings
from app.report_jobs import models as report_jobs
from app.search import models as search

__all__ = [
    "Base",
    "accounts",
    "assessments",
    "assignments",
    "audit",
    "covers",
    "cycles",
    "discussion",
    "evidence",
    "holdings",
    "jobs",
    "keys",
    "notices",
    "ratings",
    "report_jobs",
    "search",
    "signing_in",
]
