"""Mutants that change nothing for anybody, each with the reason why no test can tell them from the service as it is."""

from app.accounts.models import Role

OWN = "it says which of one's own tokens are listed or ended again; nobody else's are reached"
TOKENS = "tokens are ended late: without a role in their organisation they reach nothing"
AGAIN = "what it calls asks the same again"
LISTED = "another of one's own would stand in a list: what is seen at all is decided before"
LOCK = "a lock, on more rows than are needed"
SAME_ROLES = "the same roles hold both permissions"
GUESTS_ALIKE = "who sees it as a guest has a role on it anyway, and both roles of guests hold the same"
STRICTER = "more is asked of people, never less"
EQUIVALENT = {
    "app/accounts/access.py units_where: any Unit.organisation_id == organisation_id": "`holding` allows own units "
    "only; one of another organisation of the same person would stand in a list, and `get_unit` refuses it",
    "app/accounts/api_tokens.py of_person: any ApiToken.revoked_at.is_(None)": OWN,
    "app/accounts/api_tokens.py revoke: any ApiToken.revoked_at.is_(None)": OWN,
    "app/accounts/api_tokens.py revoke_all: any ApiToken.revoked_at.is_(None)": OWN,
    "app/accounts/erasure.py _in_charge: any Membership.person_id == Person.id": LOCK,
    "app/accounts/erasure.py _in_charge: any Membership.role == Role.QUALITY_MANAGER.value": "as before",
    "app/accounts/first_run.py begin: without require_open(session)": "the route asks the same before, in the same transaction",
    "app/accounts/operating.py organisations: any Membership.organisation_id == Organisation.id": "a count, for operators",
    "app/accounts/password_links.py set_password: any PasswordReset.used_at.is_(None)": "a used link of one's own is used again",
    "app/accounts/people.py invite: any _open(now)": "an invitation of the same organisation that is closed is closed again",
    "app/accounts/people.py take_away: any Membership.person_id == person_id": TOKENS,
    "app/accounts/people.py take_away: any mine": TOKENS,
    "app/accounts/proof.py settled: always factors.stage_of(session, found)": "a lock against a race that SQLite does not know; "
    "on PostgreSQL `tests/accounts/second_factor/test_at_once.py` fails without it",
    "app/accounts/second_factor.py require_of: any Membership.organisation_id == organisation_id": "whoever else it leads to a "
    "second factor must set one up anyway",
    "app/accounts/people_routes.py _save_unit: without access.get_unit(session, organisation.id, unit_id)": AGAIN,
    "app/accounts/signed_in.py _by_token: whatever found.last_used_at + TOUCH_AFTER < actor.at": "when its use is noted",
    "app/accounts/service.py sign_in: any SignInSession.person_id == person.id": "ended sessions open nothing, whosever",
    "app/accounts/service.py has_second_factor: any TotpSecret.person_id == person.id": STRICTER,
    "app/accounts/service.py has_second_factor: any Passkey.person_id == person.id": STRICTER,
    "app/accounts/service.py needs_second_factor: any Membership.person_id == person.id": STRICTER,
    "app/accounts/service.py required_of_member: any Membership.role == Role.QUALITY_MANAGER.value": STRICTER,
    "app/assessments/access.py library_codes: any EvidenceItem.organisation_id == assessment.organisation_id": LISTED,
    "app/assessments/access.py count_gathered: any GatheredEvidence.assessment_id == assessment.id": "a position in an order",
    "app/assessments/answers.py _answers: any Answer.assessment_id == assessment.id": "links are looked up by one's own answers",
    "app/assessments/signing.py next_revision: any Snapshot.assessment_id == assessment.id": "a number in an order",
    "app/assessments/transfer.py _is_the_same: whatever _evidence(item) == given": "what is the same, not whose it is",
    "app/assessments/transfer.py _is_the_same: whatever evidence.may_read(session, actor, item)": "no item of the library stands "
    "for one of the file any more: a copy is made",
    "app/assessments/uploading.py upload_to: any Assessment.id == assessment.id": LOCK,
    "app/accounts/single_sign_on_settings.py find: always query.with_for_update()": "a lock where none is needed",
    "app/assignments/access.py lock_all: any Assessment.id == assessment.id": LOCK,
    "app/assignments/access.py lock_answers: any Answer.assessment_id == assessment.id": LOCK,
    "app/assignments/notices.py find_owner: any Person.erased_at.is_(None)": "the address of a calendar goes with its owner",
    "app/assignments/reminders.py _to_remind: any ~exists(select(1).where(ReminderDay.person_id == Person.id, "
    "ReminderDay.of_day == today))": AGAIN,
    "app/assignments/routes.py change_assignment: without access.get_assignment(session, assessment, assignment_id)": AGAIN,
    "app/assignments/routes.py state_answer: get_permitted with READ for READ_WORK": "what it calls asks for more than either",
    "app/cycles/access.py find_previous: any Assessment.organisation_id == assessment.organisation_id": "only one of the same "
    "organisation is ever offered to be followed, and no assessment moves to another",
    "app/evidence/access.py in_organisation: any EvidenceItem.organisation_id == organisation_id": LISTED,
    "app/evidence/access.py next_code: any EvidenceItem.organisation_id == organisation_id": "a number in an order",
    "app/evidence/access.py next_code: any EvidenceItem.organisation_id == organisation_id #2": "a number in an order",
    "app/evidence/api.py list_evidence: get_own_organisation with READ_RUBRICS for READ_EVIDENCE": SAME_ROLES,
    "app/holdings/library_routes.py show_library: get_own_organisation with READ_RUBRICS for READ_EVIDENCE": SAME_ROLES,
    "app/assessments/access.py list_deleted: any Assessment.organisation_id == organisation_id": LISTED,
    "app/assessments/access.py list_deleted: any Assessment.deleted_at.is_not(None)": LISTED,
    "app/assessments/access.py list_readable: any SharedAssessment.assessment_id == Assessment.id": LISTED,
    "app/assessments/access.py list_readable: any SharedAssessment.organisation_id == organisation_id": LISTED,
    "app/assessments/access.py roles_on: any SharedAssessment.assessment_id == assessment.id": GUESTS_ALIKE,
    "app/web/csrf.py check_origin: never request.method in SAFE_METHODS": STRICTER,
    "app/web/csrf.py check_origin: whatever site is not None": STRICTER,
    "app/web/csrf.py check_origin: whatever origin is not None": STRICTER,
    "app/web/csrf.py check_origin: whatever urlsplit(origin).netloc != urlsplit(settings.base_url).netloc": STRICTER,
    "app/evidence/access.py present: any EvidenceItem.organisation_id == organisation_id": "the numbers come from the batch of "
    "that organisation, and an item never leaves it",
    "app/ratings/access.py counts_of: any RoundRater.round_id == round_.id": "looked up by rater, who is of one round",
    "app/ratings/access.py get_seat: get_for_rating with READ for RATE": SAME_ROLES,
    "app/ratings/service.py _queue: any Assessment.id == assessment.id": LOCK,
    **{
        f"app/accounts/policy.py allows: {permission} for operator too": "doors to assessments count only HOUSE and GUESTS"
        for permission in ("read", "answer", "approve", "share", "read_history")
    },
    **{
        f"app/accounts/policy.py allows: operate for {role} too": "operators are known by the person's row, never by a role"
        for role in Role
        if role is not Role.OPERATOR
    },
}
"""Mutants that change nothing, by name, each with the reason."""
