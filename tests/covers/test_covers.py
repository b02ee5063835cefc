"""An organisation's own cover: its logo drawn anew, its colour readable, its words; and what was approved stays the same file."""

import io
from typing import Any

import pytest
from fastapi.routing import APIRoute
from PIL import Image

from app.accounts.models import Organisation, Role
from app.config import Settings
from app.covers.forms import contrast_with_white
from app.covers.routes import router
from app.db import Database
from app.files.logos import BadLogo, draw_logo
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit
from tests.signing import reopen, sign_off

SET = {"colour": "#5B2A86", "words_en": "Sample Street 1", "words_kk": "Үлгі көшесі 1"}


def picture(size: tuple[int, int] = (300, 120), form: str = "PNG", **more: Any) -> bytes:
    """A picture with a mark in it that says where it came from."""
    target = io.BytesIO()
    Image.new("RGB", size, "#aa2200").save(target, form, **more)
    return target.getvalue()


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    """An organisation whose quality manager is signed in."""
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


def _send(client: Client, organisation: Organisation, typed: dict[str, str], logo: bytes | None = None) -> Any:
    files = {"logo": ("logo.png", logo, "image/png")} if logo is not None else None
    return client.send_form(f"/organisations/{organisation.id}/cover", typed, files=files)


def test_logo_colour_and_words_stand_on_the_cover_of_every_kind(
    client: Client, database: Database, organisation: Organisation
) -> None:
    assert _send(client, organisation, SET, picture()).status_code == 303
    shown = client.get(f"/organisations/{organisation.id}/cover").text
    assert 'value="#5b2a86"' in shown
    assert "Үлгі көшесі 1" in shown
    kept = client.get(f"/organisations/{organisation.id}/cover/logo.png")
    assert Image.open(io.BytesIO(kept.content)).format == "PNG"
    base = f"/assessments/{make_assessment(database, organisation).id}/report"
    for kind in ("full", "plan", "iso-to-esg"):
        page = client.get(f"{base}.html?kind={kind}&lang=kk").text
        assert ".cover { background: #5b2a86; }" in page
        assert "data:image/png;base64," in page
        assert "Үлгі көшесі 1" in page
    assert client.get(f"{base}.pdf?kind=summary&lang=en").content.startswith(b"%PDF-")


def test_what_was_approved_keeps_the_cover_of_its_day_and_the_same_bytes(
    client: Client, database: Database, organisation: Organisation
) -> None:
    base = f"/assessments/{make_assessment(database, organisation).id}"
    assert _send(client, organisation, SET).status_code == 303
    assert sign_off(client, base).status_code == 303
    before = client.get(f"{base}/revisions/1/report.html?lang=en").text
    assert "Sample Street 1" in before
    assert _send(client, organisation, {"colour": "#004080", "words_en": "Elsewhere 2"}, picture()).status_code == 303
    # Setting a cover is an event: the head of the trail in the foot is another one, and nothing else is.
    after = client.get(f"{base}/revisions/1/report.html?lang=en").text
    assert "Sample Street 1" in after
    assert "Elsewhere 2" not in after
    assert "#004080" not in after
    assert "Sample Street 1" in client.get(f"{base}/report.html?lang=en").text
    assert reopen(client, base).status_code == 303
    assert "Elsewhere 2" in client.get(f"{base}/report.html?lang=en").text


@pytest.mark.parametrize("colour", ["#ffcc00", "#777777", "red", "#12345", "#1234567", "javascript:1", "#zzzzzz", "#5b2a86;}"])
def test_a_colour_that_cannot_be_read_or_is_none_is_refused_with_what_was_typed(
    client: Client, organisation: Organisation, colour: str
) -> None:
    answer = _send(client, organisation, {"colour": colour, "words_en": "Kept while typing"})
    assert answer.status_code == 422
    assert "Kept while typing" in answer.text
    assert 'id="colour-error"' in answer.text
    assert "Kept while typing" not in client.get(f"/organisations/{organisation.id}/cover").text


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast_with_white("#777777") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:60], picture(form="GIF"), b"%PDF-1.7"],
    ids=["empty", "text", "svg", "cut", "gif", "pdf"],
)
def test_what_is_no_png_or_jpeg_is_no_logo(content: bytes) -> None:
    with pytest.raises(BadLogo, match="PNG or JPEG"):
        draw_logo(content)


def test_a_logo_that_is_too_large_is_refused_and_says_why(client: Client, organisation: Organisation) -> None:
    with pytest.raises(BadLogo, match="4000"):
        draw_logo(picture((4001, 10)))
    answer = _send(client, organisation, SET, b"x" * (1024**2 + 1))
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.text


def test_nothing_of_the_file_that_was_sent_is_kept() -> None:
    drawn = draw_logo(picture((2000, 1000), "JPEG", comment=b"secret words"))
    assert b"secret words" not in drawn
    assert Image.open(io.BytesIO(drawn)).size == (800, 400)


def test_the_logo_can_be_taken_away_again(client: Client, organisation: Organisation) -> None:
    _send(client, organisation, SET, picture())
    assert _send(client, organisation, {**SET, "without_logo": "true"}).status_code == 303
    assert client.get(f"/organisations/{organisation.id}/cover/logo.png").status_code == 404


def test_only_the_quality_manager_of_the_house_sets_its_cover(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    path = f"/organisations/{organisation.id}/cover"
    for role in (Role.CONTRIBUTOR, Role.RECTOR, Role.INTERNAL_AUDITOR):
        client.as_(make_person(database, settings, organisation, role=role, email=f"{role.value}@example.org"))
        assert client.get(path).status_code == 403
        assert _send(client, organisation, SET).status_code == 403
    client.as_(make_person(database, settings, make_organisation(database, "Other"), email="other@example.org"))
    assert client.get(path).status_code == 404
    assert _send(client, organisation, SET).status_code == 404


def test_the_way_to_the_cover_is_shown_only_to_who_may_set_it(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    path = f'href="/organisations/{organisation.id}/cover"'
    assert path in client.get("/assessments").text
    unit = make_unit(database, organisation)
    client.as_(make_person(database, settings, organisation, Role.QUALITY_MANAGER, unit))
    page = client.get("/assessments").text
    assert f'href="/organisations/{organisation.id}/rubrics"' in page
    assert path not in page


def test_a_logo_is_drawn_before_the_transaction_begins() -> None:
    route = next(one for one in router.routes if getattr(one, "name", "") == "set_cover")
    assert isinstance(route, APIRoute)
    order = [getattr(one.call, "__name__", "") for one in route.dependant.dependencies]
    assert order.index("_drawn") < order.index("_session")


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.RECTOR])
def test_nothing_is_drawn_for_who_may_not_set_the_cover(
    client: Client, database: Database, settings: Settings, organisation: Organisation, role: Role
) -> None:
    client.as_(make_person(database, settings, organisation, role))
    answer = client.send_form(
        f"/organisations/{organisation.id}/cover", SET, files={"logo": ("x.png", b"no picture", "image/png")}
    )
    assert answer.status_code == 403
    assert "picture" not in answer.text
