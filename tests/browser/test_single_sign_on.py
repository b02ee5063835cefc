"""Signing in through one's organisation in a real browser, at a real provider on another site."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.accounts.single_sign_on.providers import RealProvider, real_provider
from tests.accounts.single_sign_on.signing_on import with_sign_on
from tests.browser.conftest import Site
from tests.browser.test_pages import AXE, OVERFLOW, RULES
from tests.factories import make_assessment, make_person

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider() as found:
        yield found


@pytest.mark.parametrize("script", [True, False])
def test_a_person_goes_to_their_organisation_and_comes_back_signed_in(
    site: Site, chromium: Browser, provider: RealProvider, script: bool
) -> None:
    organisation, domain = with_sign_on(site.database, site.settings, provider.issuer)
    person = make_person(site.database, site.settings, organisation, email=f"browser{script}@{domain}".lower())
    assessment = make_assessment(site.database, organisation)
    provider.set_user("browser", email=person.email, email_verified=True)
    context = chromium.new_context(base_url=site.url, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    # The provider's page wants a style sheet from the web; what our own pages say is what counts.
    context.route(re.compile(r"^https?://(?!localhost:|127\.0\.0\.1:)"), lambda route: route.abort())
    page.on("console", lambda told: complaints.append(told.text) if told.location["url"].startswith(site.url) else None)
    # The provider is another site to the browser, as it is in life: what it brings back is a cross-site navigation.
    assert (site.url.split(":")[1], provider.issuer.split(":")[1]) == ("//127.0.0.1", "//localhost")

    page.goto(f"/assessments/{assessment.id}")
    page.click("text=Sign in through your organisation")
    page.fill("#email", person.email)
    page.press("#email", "Enter")
    page.wait_for_url(f"{provider.issuer}/oauth2/authorize?**")
    page.fill("input[name=sub]", "browser")
    page.click("text=Authorize >> nth=-1")
    page.wait_for_url(f"**/assessments/{assessment.id}")

    assert person.name in page.locator(".top__person").inner_text()
    foreign = page.goto(site.assessment)
    assert foreign is not None
    assert foreign.status == 404
    page.goto("/assessments")
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    assert [one for one in complaints if "status of 404" not in one and "Clear-Site-Data" not in one] == []
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_of_signing_in_through_an_organisation_keep_the_rules(
    visit: Visit, site: Site, provider: RealProvider, language: str
) -> None:
    _organisation, domain = with_sign_on(site.database, site.settings, provider.issuer)
    page = visit(language=language, width=320)
    found: list[str] = []

    def look() -> None:
        page.evaluate(AXE)
        result = page.evaluate(f"axe.run(document, {RULES})")
        found.extend(f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"])
        if page.evaluate(OVERFLOW) > 0:
            found.append(f"{page.url} is wider than the window")

    page.goto("/sign-in/organisation")
    look()
    page.fill("#email", "nobody@nowhere.example")
    page.press("#email", "Enter")
    page.wait_for_selector("[role=alert]")
    look()
    # An answer without content leaves the browser where it is.
    page.route(f"{provider.issuer}/**", lambda route: route.fulfill(status=204))
    page.fill("#email", f"somebody@{domain}")
    # It leads on by itself: only when it has is there nothing under way that another address could meet.
    with page.expect_response(f"{provider.issuer}/**"):
        page.press("#email", "Enter")
    page.wait_for_selector("#go-on")
    look()
    page.goto("/sign-in/organisation/return?state=x&code=y")
    look()
    assert found == []
