"""Every table, imported in one place so that migrations and tests see them all."""

from app.accounts import models as accounts
from app.assessments import models as assessments
from app.db import Base
from app.evidence import models as evidence

__all__ = ["Base", "accounts", "assessments", "evidence"]
