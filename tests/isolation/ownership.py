"""Whose a row is: the organisation and unit that it belongs to through whatever it hangs on, or a person."""

from dataclasses import dataclass

from tests.isolation.rehearsal import Change, Rehearsal, Row

NOBODYS = {"stored_rubric", "outgoing_mail"}
"""Rows that many share by their digest, and messages under way: no organisation's."""
SEEN = {"sign_in_session": {"last_seen_at"}, "api_token": {"last_used_at"}}
PERSONAL = {
    "sign_in_session",
    "password_reset",
    "totp_secret",
    "passkey",
    "recovery_code",
    "external_identity",
    "no_reminders",
    "calendar_feed",
    "report_job",
}

HANGS_ON = (
    ("rater_id", "round_rater"),
    ("round_id", "rating_round"),
    ("remark_id", "remark"),
    ("assignment_id", "assignment"),
    ("answer_id", "answer"),
    ("assessment_id", "assessment"),
    ("item_id", "evidence_item"),
)
"""A row's key, and the table of what it hangs on: from the lowest to the highest."""


@dataclass(frozen=True)
class Owner:
    """Numbers of the organisation and unit, or of the person (both for a token); all None for what is nobody's."""

    organisation: int | None = None
    unit: int | None = None
    person: int | None = None
    new_unit: bool = False


def bookkeeping(change: Change) -> bool:
    """Whether a change says nothing but that somebody was there."""
    if change.table not in SEEN or not change.before or not change.after:
        return False
    return {name for name in change.before if change.before[name] != change.after[name]} <= SEEN[change.table]


def owner_of(database: Rehearsal, change: Change) -> Owner:
    """Whose the changed row is."""
    row = change.row
    if change.table in NOBODYS:
        return Owner()
    if change.table == "organisation":
        return Owner(row["id"])
    if change.table == "unit":
        return Owner(row["organisation_id"], row["id"] if change.before else None, new_unit=not change.before)
    if change.table == "unit_line":
        unit = database.owners["unit"][row["descendant_id"]]
        return Owner(unit["organisation_id"], row["descendant_id"], new_unit=True)
    # A report that was asked for goes with its assessment, whoever asked for it.
    hangs = change.table == "report_job" and change.after is None
    if not hangs and (change.table == "person" or change.table in PERSONAL):
        return Owner(person=row["id"] if change.table == "person" else row["person_id"])
    return _hanging(database, row)


def _hanging(database: Rehearsal, row: Row) -> Owner:
    """Through whatever it hangs on: up the chain of `HANGS_ON`."""
    for key, table in HANGS_ON:
        if row.get(key) is not None:
            row = database.owners[table][row[key]]
    person = row["person_id"] if "scopes" in row else None
    return Owner(row["organisation_id"], row.get("unit_id"), person)
