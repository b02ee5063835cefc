"""What belongs to the organisations of the world: rubrics, evidence with files, assessments, shares, single sign-on."""

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app import clock
from app.accounts import api_tokens
from app.accounts import sign_in_models as signing_in
from app.accounts.actor import Actor
from app.accounts.models import Invitation, Organisation, Person
from app.accounts.service import hash_token
from app.assessments import approval, own_rubrics
from app.assessments.models import Assessment, EvidenceLink, PlannedAction, SharedAssessment
from app.assessments.transfer import import_portable
from app.evidence import service as evidence
from app.evidence.forms import EvidenceForm
from app.evidence.models import EvidenceItem
from app.files.storage import Storage
from app.portable.model import Portable
from app.rubrics import strict_yaml
from app.rubrics.findings import validated
from app.rubrics.importing.bring import Brought
from app.rubrics.model import Rubric
from app.sealing import seal
from tests.isolation import library_world
from tests.isolation.people import SHARES, Thing, Who
from tests.signing import signed_off

if TYPE_CHECKING:
    from tests.isolation.world import World

ITEMS = (
    Thing("alfa", "alfa"),
    Thing("alfa.law", "alfa", "law"),
    Thing("alfa.civil", "alfa", "civil"),
    Thing("alfa.science", "alfa", "science"),
    Thing("beta", "beta"),
    Thing("gamma", "gamma"),
)
ASSESSMENTS = (
    Thing("shared", "alfa"),
    Thing("frozen", "alfa", state="frozen"),
    Thing("deleted", "alfa", state="deleted"),
    Thing("law", "alfa", "law"),
    Thing("law_deleted", "alfa", "law", "deleted"),
    Thing("civil", "alfa", "civil"),
    Thing("science", "alfa", "science"),
    Thing("beta_frozen", "beta", state="frozen"),
    Thing("beta_shared", "beta"),
    Thing("beta_deleted", "beta", state="deleted"),
    Thing("gamma_open", "gamma"),
)
PORTABLE: dict[str, Any] = {
    "format": "sapa-assessment/1",
    "title": {"en": "Brought in"},
    "institution": {"name": {"en": "Somewhere"}, "country": "KZ"},
    "date": "2026-11-01",
    "profile": "tiny",
    "rubrics": ["tiny@1"],
    "answers": {"tiny:first": {"level": 2, "comment": "Text", "evidence": ["E-77"]}},
    "evidence": {"E-77": {"title": "Minutes", "kind": "minutes"}},
}
FIRST, SECOND, THIRD = "tiny:first", "tiny:second", "tiny:third"


def item_key(thing: Thing) -> str:
    """The item that an assessment gathers: that of its own place."""
    return f"{thing.organisation}.{thing.unit}" if thing.unit else thing.organisation


def give(world: "World", session: Session) -> None:
    """Everything that belongs to somebody."""
    world.marks.items = {one.key: one for one in ITEMS}
    world.marks.assessments = {one.key: one for one in ASSESSMENTS}
    world.marks.gathered = {item.key: [one for one in ASSESSMENTS if item_key(one) == item.key] for item in ITEMS}
    for key in ("alfa", "beta", "gamma"):
        _rubric(world, session, key)
        _sign_on(world, session, key)
    for item in ITEMS:
        _item(world, session, item)
    library_world.batches(world, session)
    for thing in ASSESSMENTS:
        _assessment(world, session, thing)
    for share in SHARES:
        now = clock.now()
        row = SharedAssessment(
            assessment_id=world.ids[f"assessment:{share.assessment}"],
            organisation_id=world.ids[f"organisation:{share.to}"],
            person_id=world.ids[f"person:{share.person}"] if share.person else None,
            with_evidence=share.evidence,
            created_at=now,
            expires_at=now - timedelta(hours=1) if share.fault == "expired" else None,
            revoked_at=now if share.fault == "revoked" else None,
        )
        session.add(row)
        session.flush()
        world.ids.setdefault(f"share:{share.assessment}", row.id)
        if share.fault == "revoked":
            world.ids["share:ended"] = row.id
    for who in ("manager", "beta_manager"):
        _factors(world, session, who)
    # Who loses a role in one organisation keeps the tokens for another.
    author, beta = world.actor("alfa_author", session), session.get_one(Organisation, world.ids["organisation:beta"])
    api_tokens.make(session, author, beta, world.marks.new("own", "alfa_author"), ["read"], 90, now=clock.now())


def _rubric(world: "World", session: Session, key: str) -> None:
    text = _rubric_text(world, key)
    rubric = validated(Rubric, strict_yaml.read(text.encode(), "own.yaml"))
    organisation = session.get_one(Organisation, world.ids[f"organisation:{key}"])
    author, mark = world.actor(f"{key}_author", session), world.marks.new("rubric", key, key)
    brought = Brought(rubric, (world.marks.new("rubric", key, key),))
    kept = own_rubrics.keep(session, organisation, brought, f"{mark}.yaml", author, now=clock.now())
    world.ids[f"rubric:{key}"] = kept.id


def _rubric_text(world: "World", key: str) -> str:
    from tests.isolation.world import HERE  # noqa: PLC0415 - the world is built of what stands here

    text = (HERE / "tiny" / "1" / "rubric.yaml").read_text(encoding="utf-8")
    return text.replace("id: tiny", f"id: own-{key}").replace("{en: Tiny}", f"{{en: {world.marks.new('rubric', key, key)}}}")


def _item(world: "World", session: Session, item: Thing) -> None:
    def mark(kind: str = "evidence") -> str:
        return world.marks.new(kind, item.key, item.organisation, item.unit)

    now, actor = clock.now(), world.actor(f"{item.organisation}_author", session)
    url = f"https://example.org/{mark()}"
    form = EvidenceForm(title=mark(), kind="policy", language=mark(), url=url, note=mark(), tags=(mark(),))
    organisation_id = world.ids[f"organisation:{item.organisation}"]
    unit_id = world.ids[f"unit:{item.key}"] if item.unit else None
    made = evidence.add(session, organisation_id, form, actor, unit_id=unit_id, now=now)
    made.code = mark()
    content = mark("bytes").encode()
    storage, name = Storage(world.settings.files_dir), f"{mark()}.txt"
    evidence.attach(session, storage, made, io.BytesIO(content), name, actor, limit=1000, now=now)
    world.ids[f"item:{item.key}"], world.codes[item.key] = made.id, made.code
    world.contents[item.key] = content
    if item.key in {"alfa.science", "gamma"}:
        told = {name: getattr(made, name) for name in ("title", "kind", "language", "url", "sha256", "file")}
        file = {**PORTABLE, "answers": {}, "evidence": {made.code: told}}
        world.described[item.key.rpartition(".")[2]] = json.dumps(file)


def portable(world: "World", thing: Thing, item: EvidenceItem, profile: str = "tiny", rubric: str = "tiny@1") -> Portable:
    """An assessment with a mark in each of its texts."""

    def mark() -> str:
        return world.marks.new("assessment", thing.key, thing.organisation, thing.unit)

    title = world.titles.setdefault(thing.key, mark())
    given: dict[str, Any] = {
        "format": "sapa-assessment/1",
        "title": {"en": title},
        "institution": {"name": {"en": mark()}, "country": mark(), "deqar_id": mark(), "eter_id": mark()},
        "programme": {"name": {"en": mark()}, "level": "master", "partners": [{"name": mark(), "country": mark()}]},
        "date": "2026-11-01",
        "profile": profile,
        "rubrics": [rubric],
        "answers": {
            FIRST: {
                "level": 3,
                "comment": mark(),
                "strengths": mark(),
                "next_step": mark(),
                "evidence": [{"id": item.code, "where": mark(), "proves": mark()}],
            },
            SECOND: {"not_applicable": mark()},
        },
        "evidence": {item.code: {name: getattr(item, name) for name in ("title", "kind", "language", "url", "sha256", "file")}},
        "actions": [{"criterion": FIRST, "what": mark(), "owner": mark(), "indicator": mark()}],
        "raters": {mark(): {"role": mark(), "levels": {FIRST: 2}}},
    }
    if thing.organisation == "gamma":
        # Answers and plans of others differ, so that a score that counts them differs too.
        given["answers"][THIRD] = {"level": 4, "comment": mark()}
        for one in (FIRST, THIRD):
            given["actions"].append({"criterion": one, "what": mark(), "owner": mark(), "due": "2027-01-01", "indicator": mark()})
    return Portable.model_validate(given)


def _assessment(world: "World", session: Session, thing: Thing) -> None:
    now, actor = clock.now(), world.actor(author := f"{thing.organisation}_author", session)
    organisation = session.get_one(Organisation, world.ids[f"organisation:{thing.organisation}"])
    unit_id = world.ids[f"unit:{thing.organisation}.{thing.unit}"] if thing.unit else None
    item = session.get_one(EvidenceItem, world.ids[f"item:{item_key(thing)}"])
    whole = portable(world, thing, item)
    made = import_portable(session, world.library, organisation, whole, actor, unit_id=unit_id, now=now)
    world.marks.authors[thing.key] = {author}
    world.ids[f"assessment:{thing.key}"] = made.id
    world.ids[f"action:{thing.key}"] = min(one.id for one in session.query(PlannedAction).filter_by(assessment_id=made.id))
    world.ids[f"link:{thing.key}"] = max(one.id for one in session.query(EvidenceLink))
    _finish(world, session, made, thing, actor)


def _finish(world: "World", session: Session, made: Assessment, thing: Thing, actor: Actor) -> None:
    now = clock.now()
    if thing.state == "frozen":
        signed_off(session, made, actor, now=now)
    if thing.key == "beta_frozen":
        # Approved once more than any other: whoever asks for the last snapshot of all gets this one.
        reason = world.marks.new("remark", thing.key, thing.organisation)
        approval.reopen(session, world.library, made, reason, actor, now=now)
        signed_off(session, made, actor, now=now)
    if thing.state == "deleted":
        made.deleted_at = now
        session.flush()


def _sign_on(world: "World", session: Session, key: str) -> None:
    def mark() -> str:
        return world.marks.new("secret", key, key)

    organisation_id, now = world.ids[f"organisation:{key}"], clock.now()
    sealed = seal(world.settings, "single-sign-on", mark())
    session.add_all([
        signing_in.SingleSignOn(
            organisation_id=organisation_id,
            issuer=f"https://example.org/{mark()}",
            client_id=mark(),
            sealed_secret=sealed,
            domains=[f"{mark()}.example"],
            created_at=now,
        ),
        signing_in.SignOnAttempt(
            state_hash=mark(),
            organisation_id=organisation_id,
            browser_hash=mark(),
            nonce=mark(),
            code_verifier=mark(),
            next=f"/{mark()}",
            expires_at=now,
        ),
    ])  # fmt: skip


def _factors(world: "World", session: Session, who: str) -> None:
    def mark() -> str:
        return world.marks.new("secret", who)

    person_id, now = world.ids[f"person:{who}"], clock.now()
    session.add_all([
        signing_in.TotpSecret(person_id=person_id, sealed=mark(), created_at=now),
        signing_in.Passkey(
            person_id=person_id, credential_id=mark(), public_key=b"x", name=world.marks.new("own", who), created_at=now
        ),
        signing_in.PasskeyChallenge(key=mark(), challenge=b"x", expires_at=now),
        signing_in.RecoveryCode(person_id=person_id, code_hash=mark()),
        signing_in.PasswordReset(person_id=person_id, token_hash=mark(), created_at=now, expires_at=now),
        signing_in.SignInAttempt(key=mark(), at=now),
        signing_in.ExternalIdentity(
            person_id=person_id,
            organisation_id=world.ids["organisation:alfa"],
            issuer=mark(),
            subject=mark(),
            created_at=now,
        ),
    ])  # fmt: skip


def own_token(world: "World", session: Session, who: Who, person: Person) -> None:
    """A token that stands in the person's account."""
    organisation = session.get_one(Organisation, world.ids["organisation:alfa" if who.key == "manager" else "organisation:beta"])
    name, now = world.marks.new("own", who.key), clock.now()
    api_tokens.make(session, Actor.of(person, at=now), organisation, name, ["read"], 90, now=now)
    world.ids[f"token:{who.key}"] = max(row for (row,) in session.query(signing_in.ApiToken.id))


def links(world: "World", session: Session) -> None:
    """Links by mail: one to a new password that is good, and such and invitations that open nothing any more."""
    now = clock.now()
    whose = {"disabled": "disabled_session", "erased": "erased_session"}
    for name in ("good", "used", "late", "revoked", "disabled", "erased"):
        dates = {
            "created_at": now,
            "expires_at": now + timedelta(hours=-1 if name == "late" else 9),
        }
        closed = now if name in {"used", "revoked"} else None
        person_id = world.ids[f"person:{whose.get(name, 'auditor')}"]
        token = hash_token(f"reset-{name}")
        session.add(signing_in.PasswordReset(person_id=person_id, token_hash=token, used_at=closed, **dates))
        if name in {"good", "used", "late", "revoked"}:
            stranger = f"{world.marks.new('secret', 'invitation')}@example.org"
            row = Invitation(
                organisation_id=world.ids["organisation:alfa"],
                email=world.titles["email:half_session"] if name == "good" else stranger,
                role="contributor",
                token_hash=hash_token(f"invitation-{name}"),
                accepted_at=now if name == "used" else None,
                revoked_at=now if name == "revoked" else None,
                **dates,
            )
            session.add(row)
            session.flush()
            world.ids["invitation:closed" if name != "good" else "invitation:half"] = row.id
