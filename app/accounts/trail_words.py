"""What happened, in the reader's language: one table from each kind of event to its sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.accounts.models import Role
from app.audit.access import Happening
from app.i18n import gettext as _
from app.web.words import rater_roles, role

NOTHING = "–"
"""What stands where an event says nothing, or no longer does."""


def sentences() -> dict[str, str]:
    """The sentence of each kind. `{person}` is whom it happened to; the other names stand in the event's data."""
    return {
        "access.refused": _("Access refused: {method} {path} ({status})"),
        "access.refused_often": _("Access refused so often that further refusals of these minutes are not noted"),
        "action.deleted": _("Action {action} taken out of the plan, criterion {criterion}"),
        "action.saved": _("Action {action} saved, criterion {criterion}, version {version}"),
        "answer.undone": _("Last change of an answer taken back: {criterion}, version {version}"),
        "answer.carried": _("Answer carried forward from the cycle before, criterion {criterion}, version {version}"),
        "answer.saved": _("Answer saved, criterion {criterion}, version {version}"),
        "assessment.approved": _("Assessment approved and frozen, approval {revision}"),
        "assessment.brought_in": _("Assessment brought in from a file"),
        "assessment.carried": _("Answers carried forward from the cycle before: {count}, standard {standard}"),
        "assessment.carry_undone": _("Carried answers taken back: {count}, standard {standard}"),
        "assessment.follows": _("The cycle before chosen: assessment {previous}"),
        "assessment.deleted": _("Assessment deleted"),
        "assessment.exported": _("Assessment exported, format: {format}"),
        "assessment.made": _("Assessment begun, profile: {profile}"),
        "assessment.taken_back": _("Assessment taken back before anybody worked on it"),
        "assessment.moved": _("Assessment {from} moved to a newer edition, as this one"),
        "assessment.reopened": _("Assessment opened again: {reason}"),
        "assessment.restored": _("Deleted assessment brought back"),
        "assessment.share_ended": _("Assessment no longer shown to others (share {share})"),
        "assessment.shared": _("Assessment shown to {organisation} (share {share})"),
        "assignment.changed": _("Assignment {assignment} changed: {part}, due {due}"),
        "assignment.made": _("Assignment {assignment} made: {part}, due {due}"),
        "assignment.taken_away": _("Assignment {assignment} taken away: {part}"),
        "discussion.edited": _("Remark {remark} edited, criterion {criterion}"),
        "discussion.removed": _("Remark {remark} removed, criterion {criterion}"),
        "discussion.reopened": _("Discussion opened again, criterion {criterion}"),
        "discussion.said": _("Remark {remark} made, criterion {criterion}"),
        "discussion.settled": _("Discussion settled, criterion {criterion}"),
        "evidence.added": _("Evidence {code} added"),
        "evidence.blocked": _("File refused: the virus scanner found {threat}"),
        "evidence.changed_together": _("{count} items of evidence changed together (batch {batch})"),
        "evidence.citation_moved": _("Citation moved to the newest version, criterion {criterion} (item {item})"),
        "evidence.deleted": _("Evidence {code} deleted"),
        "evidence.described": _("Description of the evidence changed, version {version}"),
        "evidence.downloaded": _("File of the evidence downloaded, version {number}"),
        "evidence.file_added": _("File of the evidence uploaded, version {number}"),
        "evidence.linked": _("Evidence linked to criterion {criterion} (item {item})"),
        "evidence.threat_found": _("File of the evidence blocked, version {number}: the virus scanner found {threat}"),
        "evidence.viewed": _("Page {page} of the file of the evidence looked at, version {number}"),
        "evidence.linked_together": _("{count} links to evidence made together (batch {batch})"),
        "evidence.undone_together": _("Bulk edit undone (batch {batch}, {count} changes)"),
        "evidence.unlinked": _("Evidence no longer linked to criterion {criterion} (item {item})"),
        "evidence.valid_again": _("Evidence {code} counts again"),
        "evidence.withdrawn": _("Evidence {code} withdrawn ({status})"),
        "invitation.accepted": _("Invitation accepted, role: {role}"),
        "invitation.sent": _("Invitation sent to {email}, role: {role}"),
        "invitation.withdrawn": _("Invitation withdrawn, role: {role}"),
        "key.made": _("Signing key made, SHA-256 of its certificate: {fingerprint}"),
        "key.retired": _("Signing key retired, SHA-256 of its certificate: {fingerprint}"),
        "mail.dropped": _("Message {number_of_subject} dropped before it was sent"),
        "mail.read": _("Message {number_of_subject} read by who runs the installation"),
        "operator.made": _("Made an operator of the installation: {person}"),
        "organisation.made": _("Organisation made"),
        "organisation.second_factor_of_everybody": _("Second factor required of everybody"),
        "organisation.second_factor_of_nobody": _("Second factor required of nobody any more"),
        "organisation.second_factor_of_quality_managers": _("Second factor required of quality managers"),
        "person.calendar_ended": _("Calendar address ended: {person}"),
        "person.calendar_made": _("Calendar address made: {person}"),
        "person.disabled": _("Shut out: {person}"),
        "person.enabled": _("Let in again: {person}"),
        "person.erased": _("Personal data erased: {person}"),
        "person.exported": _("Personal data exported: {person}"),
        "person.identity_linked": _("Own sign-in of {organisation} linked: {person}"),
        "person.made": _("Account made: {person}"),
        "person.passkey_added": _("Passkey added: {person}"),
        "person.passkey_removed": _("Passkey removed: {person}"),
        "person.password_changed": _("Password changed: {person}"),
        "person.password_link_sent": _("Link to a new password sent: {person}"),
        "person.password_right": _("Password accepted, the next step of signing in is still to come: {person}"),
        "person.proved": _("Second factor shown: {person} ({method})"),
        "cover.set": _("Cover of reports set, colour: {colour}"),
        "person.recovery_code_used": _("Recovery code used: {person}"),
        "person.recovery_codes_made": _("New recovery codes made: {person}"),
        "person.reminders_chosen": _("Reminders by mail {wanted}: {person}"),
        "person.second_factor_failed": _("Second factor was wrong: {person}"),
        "person.second_factor_removed": _("Second factor removed: {person}"),
        "person.second_factor_set": _("Second factor set up: {person}"),
        "person.sign_in_failed": _("Signing in failed: {person}"),
        "person.sign_on_failed": _("Own sign-in of {organisation} failed: {person}"),
        "person.signed_in": _("Signed in: {person} ({method})"),
        "person.signed_out": _("Signed out: {person}"),
        "person.signed_out_everywhere": _("Signed out everywhere: {person}"),
        "programme.added": _("Programme {number_of_subject} added"),
        "programme.removed": _("Programme {number_of_subject} removed"),
        "ratings.closed": _("Round {round} of ratings closed, raters: {raters}"),
        "ratings.finished": _("Rater {rater} of round {round} has finished, criteria rated: {rated}"),
        "ratings.invited": _("Rater {rater} invited to round {round}, speaks for: {rater_role}"),
        "ratings.opened": _("Round {round} of ratings opened"),
        "ratings.rated": _("Rater {rater} of round {round} rated criterion {criterion}"),
        "ratings.rater_removed": _("Rater {rater} taken out of round {round}"),
        "report.binder_made": _("Site-visit binder made, {files} files of evidence"),
        "report.made": _("Report made: {kind}, format: {format}, language: {language}"),
        "review.accepted": _("Answer accepted, criterion {criterion}, version {version}"),
        "review.declared": _("Answer declared ready, criterion {criterion}, version {version}"),
        "review.returned": _("Answer returned with a reason, criterion {criterion}, version {version}"),
        "review.taken_back": _("Answer no longer declared ready, criterion {criterion}, version {version}"),
        "review.taken_up": _("Review of the answer begun, criterion {criterion}, version {version}"),
        "role.granted": _("Role given: {person}, {role}, {unit}"),
        "role.taken_away": _("Role taken away: {person}, {role}"),
        "rubric.brought_in": _("Rubric brought in: {rubric}"),
        "rubric.exported": _("Rubric exported: {rubric}, format: {format}"),
        "sign_on.removed": _("Own sign-in of the organisation removed"),
        "sign_on.set": _("Own sign-in of the organisation set: {issuer}"),
        "token.made": _("Token for programs made: {person}, {scopes}, for {days} days"),
        "token.revoked": _("Token for programs revoked: {person}"),
        "trail.exported": _("Trail exported, format: {format}"),
        "unit.removed": _("Faculty or department {number_of_subject} removed"),
        "unit.saved": _("Faculty or department saved: {unit}"),
    }


def topics() -> dict[str, str]:
    """What events are about: the first word of their kind, to choose from."""
    return {
        "access": _("Refused access"),
        "action": _("Actions of the plan"),
        "answer": _("Answers"),
        "assessment": _("Assessments"),
        "assignment": _("Assignments"),
        "cover": _("Covers of reports"),
        "discussion": _("Discussions"),
        "evidence": _("Evidence"),
        "invitation": _("Invitations"),
        "key": _("Signing keys"),
        "organisation": _("The organisation"),
        "programme": _("Programmes"),
        "ratings": _("Ratings by several raters"),
        "report": _("Reports"),
        "review": _("Review of answers"),
        "role": _("Roles"),
        "rubric": _("Own rubrics"),
        "sign_on": _("Own sign-in of the organisation"),
        "token": _("Tokens for programs"),
        "trail": _("The trail itself"),
        "unit": _("Faculties and departments"),
    }


def _values() -> dict[str, Mapping[Any, str]]:
    """Words for what stands in the data of events as a code."""
    return {
        "role": {one.value: role(one.value) for one in Role},
        "wanted": {True: _("switched on"), False: _("switched off")},
        "required": {True: _("required"), False: _("not required")},
        "method": {"password": _("with a password"), "passkey": _("with a passkey")},
        "rater_role": rater_roles(),
        "kind": {
            "full": _("full report"),
            "summary": _("summary for the rector"),
            "plan": _("action plan"),
            "iso-to-esg": _("what ISO 9001 gives for the ESG"),
            "delta": _("what changed"),
        },
    }


@dataclass(frozen=True, slots=True)
class Known:
    """Names by ids: of people, "" for who was erased, of units, of other organisations that events speak of."""

    people: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    organisations: Mapping[int, str] = field(default_factory=dict)

    def person(self, person_id: int | None) -> str:
        """The name; or what is left to say of somebody erased, unknown, or of no person at all."""
        if person_id is None:
            return _("the system")
        if person_id == 0:
            return _("an unknown address")
        return self.people.get(person_id) or _("erased person {number}").format(number=person_id)


def teller(known: Known) -> Callable[[Happening], str]:
    """What tells events as sentences in the language in force. A kind that has none is told by its name."""
    table, values = sentences(), _values()

    def tell(event: Happening) -> str:
        said = event.said
        found = {**said.data, **event.about}
        shown = {name: _shown(values.get(name, {}), value) for name, value in found.items()}
        noun, _colon, number = said.subject.partition(":")
        number_of_subject = int(number) if number.isdecimal() else 0
        unit_id = number_of_subject if noun == "unit" else found.get("unit")
        shown["person"] = known.person(number_of_subject) if noun == "person" else NOTHING
        shown["unit"] = known.units.get(unit_id, str(unit_id)) if unit_id else _("the whole organisation")
        shown["number_of_subject"] = number
        organisation_id = found.get("organisation")
        shown["organisation"] = known.organisations.get(organisation_id, NOTHING) if organisation_id else NOTHING
        return table.get(said.kind, said.kind).format_map(_Lenient(shown))

    return tell


def _shown(words: Mapping[Any, str], value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if value is None:
        return NOTHING
    return words.get(value, str(value)) if isinstance(value, str | bool) else str(value)


class _Lenient(dict[str, str]):
    """What an event does not say is a dash: details are erased with a person."""

    def __missing__(self, key: str) -> str:
        return NOTHING
