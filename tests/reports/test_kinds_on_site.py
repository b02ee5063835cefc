"""The kinds of report on the site and through the API: who gets which, compared with what."""

import pytest
from sqlalchemy import delete

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Organisation, Role
from app.config import Settings
from app.db import Database
from app.jobs.models import WorkerSeen
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small
from tests.signing import reopen, sign_off


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    """An organisation whose quality manager is signed in."""
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


def test_the_page_of_downloads_offers_every_kind_and_each_can_be_had(
    client: Client, database: Database, organisation: Organisation
) -> None:
    base = f"/assessments/{make_assessment(database, organisation).id}"
    with database.write() as session:
        # Where a worker is at work there are buttons instead (tests/report_jobs).
        session.execute(delete(WorkerSeen))
    page = client.get(f"{base}/downloads").text
    for kind in ("full", "summary", "plan", "iso-to-esg"):
        # Where no edition of ISO 9001 is assessed, what it gives is not offered; whoever asks all the same is told so.
        assert (f"{base}/report.pdf?kind={kind}&amp;lang=kk" in page) == (kind != "iso-to-esg")
        assert client.get(f"{base}/report.json?kind={kind}").status_code == 200
        assert client.get(f"{base}/report.html?kind={kind}&lang=ru").status_code == 200
    assert "page=phone" in page
    assert 'name="against"' not in page


def test_what_changed_is_told_since_another_assessment_that_is_chosen(
    client: Client, database: Database, organisation: Organisation
) -> None:
    earlier = make_assessment(database, organisation, small().model_copy(update={"title": {"en": "The year before"}}))
    base = f"/assessments/{make_assessment(database, organisation).id}"
    assert f'<option value="{earlier.id}"' in client.get(f"{base}/downloads").text
    page = client.get(f"{base}/report.html?kind=delta&against={earlier.id}&lang=en").text
    assert "The year before" in page
    told = client.get(f"/api/v1{base}/report?kind=delta&format=json&against={earlier.id}").json()
    assert told["delta"]["nothing"] is True


@pytest.mark.parametrize("against", ["", "999999", "0", "-1", "99999999999999999999", "x"])
def test_a_comparison_with_nothing_is_refused_in_words(
    client: Client, database: Database, organisation: Organisation, against: str
) -> None:
    base = f"/assessments/{make_assessment(database, organisation).id}"
    assert client.get(f"{base}/report.json?kind=delta&against={against}").status_code in {404, 422}
    assert client.get(f"/api/v1{base}/report?kind=delta&format=json&against={against}").status_code in {404, 422}


def test_an_assessment_of_another_house_is_not_there_to_be_compared_with(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    other = make_organisation(database, "Other University")
    theirs, mine = make_assessment(database, other), make_assessment(database, organisation)
    path = f"/assessments/{mine.id}/report.json?kind=delta&against="
    assert client.get(path + str(theirs.id)).status_code == 404
    assert client.get(path + str(mine.id)).status_code == 404
    # Whoever works in both reads both, each for itself.
    both = make_person(database, settings, other)
    with database.write() as session:
        accounts.grant(session, both, organisation, Role.QUALITY_MANAGER, None, now=clock.now())
    client.as_(both)
    assert client.get(f"/assessments/{theirs.id}/report.json").status_code == 200
    assert client.get(f"/assessments/{mine.id}/report.json").status_code == 200
    assert client.get(path + str(theirs.id)).status_code == 404
    assert client.signed_out().get(path + str(theirs.id)).status_code in {303, 401}


def test_two_revisions_are_compared_as_they_were_approved(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    assessment = make_assessment(database, organisation)
    base = f"/assessments/{assessment.id}"
    for _revision in range(2):
        assert sign_off(client, base).status_code == 303
        assert reopen(client, base).status_code == 303
    assert f"{base}/revisions/2/report.pdf?kind=delta&amp;against=1" in client.get(f"{base}/revisions/1/changes?until=2").text
    page = client.get(f"{base}/revisions/2/report.html?kind=delta&against=1&lang=en")
    assert page.status_code == 200
    assert "Revision 1" in page.text
    assert "Nothing differs" in page.text
    assert client.get(f"{base}/revisions/2/report.json?kind=delta&against=7").status_code == 404
    assert client.get(f"{base}/revisions/2/report.json?kind=delta").status_code == 422
    client.as_(make_person(database, settings, make_organisation(database, "Other"), role=Role.QUALITY_MANAGER))
    assert client.get(f"{base}/revisions/2/report.json?kind=delta&against=1").status_code == 404


@pytest.mark.parametrize("query", ["kind=everything", "kind=plan&page=wall", "kind=plan&lang=xx"])
def test_a_kind_a_page_or_a_language_that_there_is_not_is_refused(
    client: Client, database: Database, organisation: Organisation, query: str
) -> None:
    base = f"/assessments/{make_assessment(database, organisation).id}"
    assert client.get(f"{base}/report.json?{query}").status_code == 422
