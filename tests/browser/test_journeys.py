"""The ten main journeys of the people for whom this is made, each in a real browser; those with modules of their own stand there.

1. A newcomer comes from sign-in to the approved report, once by keyboard, once without scripts: `test_whole_assessment`.
2. A contributor finds their work in two clicks, answers, uploads, says where to look and hands in: here.
3. A quality manager answers: levels by description, saved by itself, from criterion to criterion, nothing lost:
   `test_answering`, `test_switching`.
4. Two people at the same answer see each other's text and lose none: `test_answering`; they talk about it: `test_asking`.
5. Evidence comes in by drop, paste or form, and a citation leads to its page: `test_uploads`, `test_previews`.
6. A second rater rates blind, and sees the differences when the round is closed: here.
7. Gaps become a plan, and a tick shows what it would bring: `test_plan`.
8. The rector looks on a phone whether we are ready, signs, and finds what was signed again: here.
9. A reviewer of the agency sees what is shown to them and no more, opens the evidence and checks the report: here.
10. The next cycle carries an answer forward, marked as still to be confirmed: here.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from app.accounts.models import Person, Role
from app.assessments.models import Answer, Assessment
from tests.browser.conftest import Site
from tests.evidence import hostile
from tests.factories import PASSWORD, make_agency, make_assessment, make_person

Enter = Callable[..., Page]
OPEN = "esg-2015:policy.review"
ANSWERED = "esg-2015:policy.approved"


@pytest.fixture
def enter(site: Site, chromium: Browser) -> Iterator[Enter]:
    """Signs a person in, in a window of their own."""
    contexts: list[BrowserContext] = []

    def entered(person: Person, width: int = 1280) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=site.url)
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("#email", person.email)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/work")
        return page

    yield entered
    for context in contexts:
        context.close()


@pytest.fixture
def assessment(site: Site) -> Assessment:
    """The small one, of the test's own."""
    return make_assessment(site.database, site.organisation)


def _person(site: Site, role: Role = Role.QUALITY_MANAGER, **more: Any) -> Person:
    return make_person(site.database, site.settings, site.organisation, role, **more)


def test_a_contributor_finds_their_work_and_hands_it_in_with_its_proof(site: Site, enter: Enter, assessment: Assessment) -> None:
    contributor, path = _person(site, Role.CONTRIBUTOR, name="Madina Contributor"), f"/assessments/{assessment.id}"
    page = enter(_person(site))
    page.goto(f"{path}/assignments")
    with page.expect_navigation():
        page.evaluate(
            """([criterion, to]) => {
                const form = document.querySelector("form[action$='/assignments']");
                form.querySelector(`input[value="criterion=${criterion}"]`).checked = true;
                form.querySelector("[name=to]").value = to;
                form.querySelector("[name=due]").value = "2027-02-01";
                form.requestSubmit();
            }""",
            [OPEN, f"person:{contributor.id}"],
        )
    page = enter(contributor)
    page.locator(f"main a[href*='{path}/criteria/']").first.click()
    expect(page.locator("h1.question")).to_be_visible()
    page.check("#choice-3")
    page.fill("#comment", "The council reviews it every March.")
    page.locator("#comment").blur()
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.locator("summary", has_text="Upload").first.click()
    page.set_input_files("#upload_file", {"name": "review.pdf", "mimeType": "application/pdf", "buffer": hostile.pdf(2)})
    page.select_option("#upload_kind", "minutes")
    page.fill("#upload_where", "p. 2")
    page.get_by_role("button", name="Upload and link").click()
    expect(page.locator("#linked")).to_contain_text("p. 2")
    page.get_by_role("button", name="Declare ready").click()
    expect(page.locator(".work-panel__deeds button", has_text="Not ready after all")).to_be_visible()


def test_a_second_rater_rates_blind_and_then_sees_the_differences(site: Site, enter: Enter, assessment: Assessment) -> None:
    raters = [_person(site, Role.INTERNAL_AUDITOR, name=f"Rater {number}") for number in "12"]
    path = f"/assessments/{assessment.id}/ratings"
    manager = enter(_person(site))
    manager.goto(path)
    manager.get_by_role("button", name="Open a round").click()
    for rater in raters:
        manager.select_option("#person_id", str(rater.id))
        manager.select_option("#rater_role", "internal_auditor")
        manager.get_by_role("button", name="Invite").click()
        expect(manager.locator("table", has_text=rater.name)).to_be_visible()
    for rater, level in zip(raters, ("1", "4"), strict=True):
        page = enter(rater)
        page.goto("/ratings")
        page.locator(f"main a[href='{path}/mine']").click()
        page.get_by_role("link", name="Go on with the next criterion").click()
        page.check(f"#choice-{level}")
        page.fill("#note", f"As {rater.name} reads it")
        page.get_by_role("button", name="Save and go on").click()
        page.goto(f"{path}/mine")
        expect(page.locator("main")).to_contain_text("Rated 1 of")
        refused = page.goto(f"/assessments/{assessment.id}/criteria/{ANSWERED}")
        assert refused is not None
        assert refused.status in (403, 404)
        page.goto(path)
        assert f"As {raters[0 if rater is raters[1] else 1].name}" not in page.content()
    manager.get_by_role("button", name="Close the round").click()
    first = manager.locator("table.ratings tbody tr").first
    expect(first).to_contain_text("As Rater 1 reads it")
    expect(first).to_contain_text("As Rater 2 reads it")


def test_the_rector_looks_on_a_phone_signs_and_finds_what_was_signed(site: Site, enter: Enter, assessment: Assessment) -> None:
    page = enter(_person(site, Role.RECTOR, name="Saule Rector"), width=390)
    page.goto(f"/assessments/{assessment.id}/summary")
    expect(page.locator("h2", has_text="Are we ready?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.locator("main a[href$='/approve']").first.click()
    page.fill("#name", "Somebody Else")
    page.get_by_role("button", name="Sign and freeze").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.fill("#name", "saule  rector")
    page.get_by_role("button", name="Sign and freeze").click()
    page.goto(f"/assessments/{assessment.id}/revisions")
    expect(page.locator("main")).to_contain_text("Saule Rector")
    page.goto(f"/assessments/{assessment.id}/criteria/{OPEN}")
    expect(page.locator("#choice-1")).to_be_disabled()
    page.goto(f"/assessments/{assessment.id}/standing")
    page.fill("#reason", "A record turned up.")
    page.get_by_role("button", name="Reopen").click()
    page.goto(f"/assessments/{assessment.id}/revisions")
    expect(page.locator("main")).to_contain_text("Revision 1")
    page.goto(f"/assessments/{assessment.id}/standing")
    expect(page.locator("main")).to_contain_text("A record turned up.")


def test_a_reviewer_sees_what_is_shown_opens_the_proof_and_checks_the_report(
    site: Site, enter: Enter, assessment: Assessment
) -> None:
    agency, path = make_agency(site.database), f"/assessments/{assessment.id}"
    reviewer = make_person(site.database, site.settings, agency, Role.REVIEWER)
    manager = enter(_person(site))
    manager.goto(f"{path}/standing")
    manager.select_option("#agency_id", str(agency.id))
    manager.check("#with_evidence", force=True)
    manager.get_by_role("button", name="Show", exact=True).click()
    expect(manager.locator("#shares table")).to_contain_text(agency.name)

    page = enter(reviewer)
    page.goto("/assessments")
    page.locator(f"main a[href='{path}']").click()
    expect(page.locator(".sections a[href$='/assignments']")).to_have_count(0)
    page.goto(f"{path}/criteria/{ANSWERED}")
    expect(page.locator("#choice-1")).to_be_disabled()
    expect(page.locator("#discussion")).to_have_count(0)
    page.locator("#linked a").first.click()
    expect(page).to_have_url(re.compile(rf"{path}/evidence/\d+"))
    report = page.request.get(f"{path}/report.pdf?kind=summary&lang=en")
    assert report.ok
    told = page.locator(".govuk-notification-banner, .govuk-error-message").first
    for content, genuine in ((report.body(), True), (hostile.pdf(1), False)):
        page.goto("/verify")
        page.set_input_files("#file", {"name": "report.pdf", "mimeType": "application/pdf", "buffer": content})
        page.get_by_role("button", name="Verify").click()
        expect(told).to_be_visible(timeout=30_000)
        # Nobody signed it here: what is inside it belongs together, and that is said.
        assert ("Unchanged in itself" in told.inner_text()) is genuine


def test_the_next_cycle_carries_an_answer_forward_still_to_be_confirmed(site: Site, enter: Enter, assessment: Assessment) -> None:
    page = enter(_person(site))
    page.goto("/assessments#begin")
    page.fill("#title", "Self-assessment of the next cycle")
    page.fill("#date", "2028-11-01")
    page.select_option("#profile", "esg-only")
    page.select_option("#previous_id", str(assessment.id))
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator("h1")).to_contain_text("next cycle")
    path = page.url.split("?")[0].split("#")[0]
    page.goto(f"{path}/criteria/{ANSWERED}")
    expect(page.locator("#choice input:checked")).to_have_count(0)
    page.get_by_role("button", name="Carry forward").click()
    expect(page.locator("#choice input:checked")).to_have_count(1)
    expect(page.locator("#to_confirm")).to_be_checked()
    number = int(path.rpartition("/")[2])
    with site.database.read() as session:
        assert session.scalar(select(func.count(Answer.id)).where(Answer.assessment_id == number)) == 1
