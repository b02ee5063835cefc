"""The table of who may do what in `docs/security.md`, made from `app.accounts.policy`.

`python -m tests.policy_page` writes it; a test compares.
"""

from pathlib import Path

from app.accounts import policy
from app.accounts.models import ROLES_OF, Role
from app.accounts.policy import POLICY, Permission, State

PAGE = Path(__file__).resolve().parents[1] / "docs" / "security.md"
BEGIN, END = "<!-- policy: begin -->", "<!-- policy: end -->"


def meanings() -> dict[Permission, str]:
    """What each permission means: the sentence that stands under it in the code."""
    source = Path(policy.__file__).read_text(encoding="utf-8")
    body = source.split("class Permission(StrEnum):", 1)[1].split("class State", 1)[0]
    found = {}
    for permission in Permission:
        after = body.split(f'{permission.name} = "{permission.value}"', 1)[1]
        found[permission] = after.split('"""', 2)[1].strip()
    return found


def table() -> str:
    """The table: a permission a line, a role a column."""
    said = meanings()
    roles = list(Role)
    lines = [
        "| may | " + " | ".join(role.value.replace("_", " ") for role in roles) + " | in which state |",
        "|---" * (len(roles) + 2) + "|",
    ]
    for permission, rule in POLICY.items():
        marks = ["yes" if role in rule.roles else "" for role in roles]
        states = "any" if rule.states == frozenset(State) else ", ".join(sorted(state.value for state in rule.states))
        lines.append(f"| **{permission.value}** – {said[permission]} | " + " | ".join(marks) + f" | {states} |")
    kinds = [f"{kind.value}: {', '.join(role.value.replace('_', ' ') for role in held)}" for kind, held in ROLES_OF.items()]
    return "\n".join([*lines, "", f"Roles that can be granted in a {'; in an '.join(kinds)}."])


def page(text: str) -> str:
    """The page with the table as the code has it now."""
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
