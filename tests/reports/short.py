"""An assessment whose full report is soon laid out."""

from app.portable.model import Portable
from tests.factories import small


def short() -> Portable:
    """An assessment of one rubric: every kind of part, quickly laid out."""
    data = small().model_dump(mode="json", exclude_none=True)
    data["rubrics"], data["profile"] = ["double-degree@1"], "double-degree-readiness"
    data["answers"] = {name: one for name, one in data["answers"].items() if name.startswith("double-degree:")}
    data["actions"] = [one for one in data["actions"] if one["criterion"].startswith("double-degree:")]
    data["raters"], data["targets"] = {}, {}
    return Portable.model_validate(data)
