"""Second factors in a real Chromium, with its virtual authenticator; passkeys need a name, so the site is at "localhost"."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from app import clock
from app.accounts.models import Person
from app.accounts.sign_in_models import Passkey
from tests.browser.factor_steps import Named, add_passkey, arrive, make_operator, sign_in, sign_out
from tests.browser.test_pages import AXE, OVERFLOW, RULES
from tests.factories import make_organisation, make_person
from tests.serving import serving

VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Named]:
    """An installation that is reached by a name."""
    with serving(tmp_path_factory.mktemp("named"), "localhost") as (app, settings):
        yield app.state.database, settings


@pytest.fixture
def person(named: Named) -> Person:
    database, settings = named
    return make_person(database, settings, make_organisation(database))


@pytest.fixture
def operator(named: Named) -> Person:
    return make_operator(named)


@pytest.fixture
def browser(named: Named, chromium: Browser) -> Iterator[Callable[..., tuple[Page, CDPSession, str]]]:
    """A browser with an authenticator of its own: (page, its tools, the authenticator's name). Complaints fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(language: str = "en", width: int = 1280, *, script: bool = True) -> tuple[Page, CDPSession, str]:
        size: Any = {"width": width, "height": 900}
        locale = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}[language]
        context = chromium.new_context(viewport=size, base_url=named[1].base_url, java_script_enabled=script, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        tools = context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
        return page, tools, made["authenticatorId"]

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if "status of 4" not in one] == []


Opened = Callable[..., tuple[Page, CDPSession, str]]


def test_a_passkey_is_added_signs_in_alone_and_as_the_second_step_and_is_removed(browser: Opened, person: Person) -> None:
    page, _tools, _name = browser()
    add_passkey(page, person)
    assert page.locator("text=My phone").count() >= 1
    sign_out(page)

    page.goto("/sign-in?next=/account/second-factor")
    page.click("text=Sign in with a passkey")
    arrive(page, "/account/second-factor")
    sign_out(page)

    sign_in(page, person)
    arrive(page, "/sign-in/second")
    page.click("text=Use a passkey")
    arrive(page, "/account/second-factor")

    page.click("main table .linkbutton")
    page.wait_for_load_state()
    assert page.locator("text=No second factor is set up").count() == 1
    sign_out(page)
    page.goto("/sign-in")
    page.click("text=Sign in with a passkey")
    page.wait_for_selector("text=This passkey was not accepted")


def test_an_operator_is_led_to_set_one_up_and_is_then_signed_in(browser: Opened, operator: Person) -> None:
    page, _tools, _name = browser()
    sign_in(page, operator)
    arrive(page, "/sign-in/enrol")
    page.click("text=Set up an authenticator app")
    arrive(page, "/account/second-factor/totp")
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 100
    secret = page.inner_text("#secret").replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).at(clock.now()))
    page.click("text=Confirm")
    page.wait_for_selector(".codes")
    recovery = page.locator(".codes code").first.inner_text()
    page.click("text=I have kept the codes")
    arrive(page, "/account/second-factor")
    sign_out(page)

    sign_in(page, operator)
    arrive(page, "/sign-in/second")
    page.fill("#code", recovery.lower())
    page.press("#code", "Enter")
    arrive(page, "/account/second-factor")


def test_an_operator_may_set_up_a_passkey_instead(browser: Opened, operator: Person) -> None:
    page, _tools, _name = browser()
    sign_in(page, operator)
    arrive(page, "/sign-in/enrol")
    page.click("text=Add a passkey")
    page.wait_for_selector(".codes")
    page.click("text=I have kept the codes")
    arrive(page, "/account/second-factor")


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "challenge": lambda said: said.update(challenge="A" * 86),
    "origin": lambda said: said.update(origin="http://evil.example"),
    "type": lambda said: said.update(type="webauthn.create"),
}


@pytest.mark.parametrize("changed", [*CHANGES, "nothing"])
def test_what_a_browser_signed_is_refused_when_it_was_changed_on_the_way(browser: Opened, person: Person, changed: str) -> None:
    page, _tools, _name = browser()
    add_passkey(page, person)
    sign_out(page)

    def tamper(route: Route) -> None:
        fields = {name: values[0] for name, values in parse_qs(route.request.post_data or "").items()}
        answer = json.loads(fields["credential"])
        if changed in CHANGES:
            said = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
            CHANGES[changed](said)
            answer["response"]["clientDataJSON"] = bytes_to_base64url(json.dumps(said).encode())
        route.continue_(post_data=urlencode({**fields, "credential": json.dumps(answer)}))

    page.route("**/sign-in/passkey", tamper)
    page.goto("/sign-in?next=/account/second-factor")
    page.click("text=Sign in with a passkey")
    if changed == "nothing":
        arrive(page, "/account/second-factor")
    else:
        page.wait_for_selector("text=This passkey was not accepted")
        page.goto("/account/second-factor")
        assert "/sign-in" in page.url


def test_an_authenticator_that_cannot_check_the_person_is_told_so_in_the_page(
    browser: Opened, named: Named, person: Person
) -> None:
    page, tools, name = browser()
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    sign_in(page, person)
    arrive(page, "/account/second-factor")
    page.click("text=Add a passkey")
    page.wait_for_selector("[data-told]:not(:empty)")
    assert page.inner_text("[data-told]") == page.get_attribute("form[data-passkey]", "data-cancelled")
    with named[0].read() as session:
        assert session.scalars(select(Passkey).where(Passkey.person_id == person.id)).all() == []


@pytest.mark.parametrize(("gone", "told"), [(False, "This device has a passkey for you already."), (True, "Please sign in.")])
def test_what_stands_in_the_way_is_told_in_the_page(browser: Opened, person: Person, *, gone: bool, told: str) -> None:
    page, _tools, _name = browser()
    add_passkey(page, person)
    if gone:
        sign_out(page)
    page.click("text=Add a passkey")
    page.wait_for_selector("[data-told]:not(:empty)")
    assert page.inner_text("[data-told]").startswith(told)


def test_without_javascript_a_code_does(browser: Opened, operator: Person) -> None:
    page, _tools, _name = browser(script=False)
    sign_in(page, operator)
    arrive(page, "/sign-in/enrol")
    assert not page.is_visible("text=Add a passkey")
    assert page.is_visible("noscript p")
    page.click("text=Set up an authenticator app")
    secret = page.inner_text("#secret").replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).at(clock.now()))
    page.click("text=Confirm")
    assert page.locator(".codes code").count() == 10


def looked_at(page: Page, where: str) -> list[str]:
    """What is wrong with the page as it stands: rules of WCAG, and its width."""
    page.evaluate(AXE)
    broken = page.evaluate(f"axe.run(document, {RULES})")["violations"]
    wide = [f"{where}: wider than the window"] if page.evaluate(OVERFLOW) > 0 else []
    return wide + [f"{where}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in broken]


def walk(page: Page, person: Person) -> Iterator[str]:
    """From the sign-in page through setting up an app and a passkey to the second step; names each page."""
    page.goto("/sign-in")
    yield "sign-in"
    sign_in(page, person)
    arrive(page, "/sign-in/enrol")
    yield "enrol"
    page.click("form[action='/account/second-factor/totp'] button")
    arrive(page, "/account/second-factor/totp")
    page.fill("#code", "12")
    page.press("#code", "Enter")
    page.wait_for_selector(".govuk-error-summary")
    yield "app"
    page.fill("#code", pyotp.TOTP(page.inner_text("#secret").replace(" ", "")).at(clock.now()))
    page.press("#code", "Enter")
    page.wait_for_selector(".codes")
    yield "codes"
    page.click(".main a.govuk-button")
    arrive(page, "/account/second-factor")
    page.fill("#name", "Менің телефоным")
    page.click("form[data-passkey] button")
    page.wait_for_selector("main table")
    yield "factors"
    page.goto("/account/prove")
    yield "prove"
    yield from walk_back(page, person)


def walk_back(page: Page, person: Person) -> Iterator[str]:
    """Signing in again, with what is set up now."""
    sign_out(page)
    sign_in(page, person)
    arrive(page, "/sign-in/second")
    page.fill("#code", "12")
    page.press("#code", "Enter")
    page.wait_for_selector(".govuk-error-summary")
    yield "second"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_second_factors_keep_the_rules(browser: Opened, named: Named, language: str, width: int) -> None:
    page, _tools, _name = browser(language, width)
    found = []
    for where in walk(page, make_operator(named, language)):
        assert page.get_attribute("html", "lang") == language
        found += looked_at(page, where)
    assert not found, "\n".join(found)
