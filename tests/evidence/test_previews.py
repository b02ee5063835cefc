"""Pages of files as pictures: what is shown, what is not, and what hostile files do (nothing)."""

import io
import resource
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Organisation, Role
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from app.files.cleaning import previews_of
from app.files.preview_child import MEMORY_BYTES
from app.files.previews import NoPreview, Previews, Size, Wanted, Why
from app.files.storage import Storage
from tests.conftest import Client
from tests.evidence import hostile
from tests.factories import make_assessment, make_organisation, make_person

LONGEST = 11.0


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


def _kept(client: Client, organisation: Organisation, name: str, content: bytes) -> str:
    """The address of the file of a new item."""
    fields = {"title": "A document", "kind": "minutes"}
    made = client.send_form(f"/organisations/{organisation.id}/evidence", fields, files={"file": (name, content)})
    assert made.status_code == 303, made.text[:300]
    return str(made.headers["location"]) + "/files/1"


def _colour(picture: bytes) -> tuple[int, int, int]:
    found = Image.open(io.BytesIO(picture)).convert("RGB").getpixel((5, 5))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def test_a_page_comes_as_a_picture_of_ours_that_only_this_browser_may_keep(client: Client, organisation: Organisation) -> None:
    file = _kept(client, organisation, "three.pdf", hostile.pdf(3))
    page = client.get(f"{file}/preview?page=2")
    assert page.status_code == 200
    assert "of 3" in page.text
    assert 'src="http' not in page.text
    picture = client.get(f"{file}/pages/2")
    assert picture.headers["content-type"] == "image/webp"
    assert picture.headers["cache-control"] == "private, no-cache"
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in picture.headers["content-security-policy"]
    assert Image.open(io.BytesIO(picture.content)).width == 1200
    assert Image.open(io.BytesIO(client.get(f"{file}/pages/1?size=small").content)).width == 240
    again = client.get(f"{file}/pages/2", headers={"if-none-match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("page", ["0", "4", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there_is_missing(client: Client, organisation: Organisation, page: str) -> None:
    file = _kept(client, organisation, "three.pdf", hostile.pdf(3))
    assert client.get(f"{file}/pages/{page}").status_code == 404
    assert client.get(f"{file}/preview?page={page}").status_code == 200


def test_nothing_of_what_a_picture_says_besides_itself_goes_into_the_preview(client: Client, organisation: Organisation) -> None:
    target, told = io.BytesIO(), Image.Exif()
    told[0x010E] = "where the dean lives"
    Image.effect_noise((300, 200), 40).convert("RGB").save(target, "JPEG", exif=told)
    assert b"where the dean lives" in target.getvalue()
    file = _kept(client, organisation, "photo.jpg", target.getvalue())
    picture = client.get(f"{file}/pages/1").content
    assert b"where the dean lives" not in picture
    assert Image.open(io.BytesIO(picture)).format == "WEBP"


HOSTILE: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("bomb.png", "/pages/1", hostile.pixel_bomb, "too big"),
    ("text.png", "/pages/1", hostile.text_bomb, ""),
    ("locked.pdf", "/pages/1", lambda: hostile.pdf(password="secret"), "encrypted"),
    ("cut.pdf", "/pages/1", lambda: hostile.pdf(2)[:300], "damaged"),
    ("cyclic.pdf", "/pages/1", hostile.cyclic, ""),
    ("million.pdf", "/pages/999999", hostile.million_pages, ""),
    ("huge.pdf", "/pages/1", hostile.huge_page, ""),
    ("slow.pdf", "/pages/1", hostile.slow, "limits of time and memory"),
]


@pytest.mark.parametrize(("name", "page", "made", "told"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_a_hostile_file_costs_a_bounded_time_and_is_told_in_words(
    client: Client, organisation: Organisation, name: str, page: str, made: Callable[[], bytes], told: str
) -> None:
    file, begun = _kept(client, organisation, name, made()), time.monotonic()
    answer = client.get(f"{file}/preview?page={page.rpartition('/')[2]}")
    assert time.monotonic() - begun < LONGEST
    assert answer.status_code == 200
    assert told in answer.text
    assert ("No preview" in answer.text) == bool(told) or not told
    begun = time.monotonic()
    assert client.get(f"{file}{page}").status_code in (200, 404, 422)
    assert time.monotonic() - begun < LONGEST
    assert client.get(file).status_code == 200, "the file itself can be downloaded all the same"


def test_only_the_first_of_moving_pictures_is_shown(client: Client, organisation: Organisation) -> None:
    file = _kept(client, organisation, "moving.png", hostile.moving_picture())
    red, green, _blue = _colour(client.get(f"{file}/pages/1").content)
    assert (red > 200, green < 40) == (True, True)
    assert client.get(f"{file}/pages/2").status_code == 404


def test_the_child_may_take_a_bounded_memory_only(settings: Settings) -> None:
    storage, previews = Storage(settings.files_dir), previews_of(settings)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    for made, media_type in (
        (hostile.text_bomb(), "image/png"),
        (hostile.pixel_bomb(6000), "image/png"),
        (hostile.huge_page(), "application/pdf"),
    ):
        wanted = Wanted(storage.store(io.BytesIO(made), limit=10**7).sha256, media_type, 1, Size.PAGE)
        with suppress(NoPreview):
            previews.make(wanted)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert max(before, after) * 1024 <= MEMORY_BYTES


def test_a_page_that_took_too_long_is_not_drawn_again_at_once(settings: Settings) -> None:
    storage, previews = Storage(settings.files_dir), previews_of(settings)
    wanted = Wanted(storage.store(io.BytesIO(hostile.slow()), limit=10**7).sha256, "application/pdf", 1, Size.PAGE)
    for seconds in (1.0, 60.0):
        begun = time.monotonic()
        with pytest.raises(NoPreview) as none:
            previews.make(wanted, wall_seconds=seconds)
        assert none.value.why is Why.TOO_SLOW
        assert time.monotonic() - begun < 5


def test_a_file_without_previews_is_told_so(client: Client, organisation: Organisation) -> None:
    file = _kept(client, organisation, "notes.txt", b"plain words " + hostile.pdf()[-30:])
    assert "No preview for this type of file" in client.get(f"{file}/preview").text
    assert client.get(f"{file}/pages/1").status_code == 422


def test_looking_at_a_legible_page_is_noted_and_a_thumbnail_is_not(
    client: Client, organisation: Organisation, database: Database
) -> None:
    file = _kept(client, organisation, "one.pdf", hostile.pdf())
    client.get(f"{file}/pages/1?size=small")
    client.get(f"{file}/pages/1")
    client.get(f"{file}/pages/2")
    with database.read() as session:
        query = select(AuditEvent.data).where(AuditEvent.kind == "evidence.viewed", AuditEvent.chain == organisation.id)
        seen = [one["page"] for one in session.scalars(query.order_by(AuditEvent.id))]
    assert seen[0] == 1
    assert set(seen) <= {1, 2}


def test_a_citation_opens_the_page_that_it_names(client: Client, organisation: Organisation, database: Database) -> None:
    assessment = make_assessment(database, organisation)
    place = f"/assessments/{assessment.id}/criteria/esg-2015:policy.review"
    fields = {"kind": "minutes", "where": "12-бет"}
    client.send_form(f"{place}/upload", fields, files={"file": ("minutes.pdf", hostile.pdf(13))})
    assert "/preview?page=12" in client.get(place).text


def test_others_see_no_page(client: Client, organisation: Organisation, database: Database, settings: Settings) -> None:
    file = _kept(client, organisation, "one.pdf", hostile.pdf())
    client.as_(make_person(database, settings, organisation, Role.INTERNAL_AUDITOR))
    assert client.get(f"{file}/pages/1").status_code == 200
    client.as_(make_person(database, settings, make_organisation(database)))
    assert client.get(f"{file}/pages/1").status_code == 404
    assert client.get(f"{file}/preview").status_code == 404
    client.signed_out()
    assert client.get(f"{file}/pages/1").status_code in (303, 401)


def test_the_folder_of_previews_stays_small_and_forgets_what_is_gone(settings: Settings) -> None:
    storage = Storage(settings.files_dir)
    previews = Previews(settings.data_dir / "small-previews", storage, room=0)
    wanted = Wanted(storage.store(io.BytesIO(hostile.pdf()), limit=10**7).sha256, "application/pdf", 1, Size.SMALL)
    previews.make(wanted)
    assert previews.kept(wanted) is not None
    assert previews.sweep() == 1
    assert previews.kept(wanted) is None
    roomy = Previews(settings.data_dir / "roomy-previews", storage, room=10**9)
    roomy.make(wanted)
    assert roomy.sweep() == 0
    storage.path_of(wanted.sha256).unlink()
    assert roomy.sweep() == 1
