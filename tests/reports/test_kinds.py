"""The kinds of report: what the plan is worth, what ISO 9001 covers, what changed; the same in PDF, HTML and JSON."""

import html
import json
import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from app.portable.model import Portable, PortableAction
from app.reports import service
from app.reports.build import build
from app.reports.build_delta import Against
from app.reports.html import render_html, saved_html
from app.reports.kinds import KINDS, Kind, UnknownKind, kind_of
from app.reports.verify import verify
from app.rubrics import registry
from app.web.formats import number
from tests.factories import small

GAP, ANSWERED = "double-degree:curriculum.mapping", "esg-2015:policy.approved"


def _planned(**more: Any) -> Portable:
    fields = {"criterion": GAP, "what": "Map every course", "owner": "Dean", "due": "2026-10-01", "effort": 12, **more}
    return small().model_copy(update={"actions": (PortableAction.model_validate(fields),)})


def _lower(portable: Portable, *names: str) -> Portable:
    answers = {**portable.answers, **{name: portable.answers[name].model_copy(update={"level": 0}) for name in names}}
    return portable.model_copy(update={"answers": answers})


def _shown(portable: Portable, kind: Kind, against: Against | None = None) -> str:
    return html.unescape(render_html(build(portable, registry.home(), "en", against=against).report, kind))


def test_the_plan_tells_what_it_is_worth_by_scoring_again() -> None:
    report = build(_planned(), registry.home(), "en").report
    worth = report.worth
    assert (worth.live, worth.effort, worth.without_effort) == (1, 12, 0)
    assert worth.closed == {1: (report.actions[0].code,)}
    assert worth.after.index is not None
    assert worth.before.index is not None
    assert worth.after.index > worth.before.index == report.index
    assert worth.after.gaps == worth.before.gaps - 1 == len(report.gaps) - 1
    page = _shown(_planned(), "plan")
    for told in ("Map every course", "Dean", "overdue", "12 person-days", number(worth.before.index), number(worth.after.index)):
        assert told in page, told


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_a_plan_without_an_open_action_is_worth_nothing(status: str) -> None:
    worth = build(_planned(status=status, reason="No money"), registry.home(), "en").report.worth
    assert (worth.live, worth.closed, worth.before) == (0, {}, worth.after)
    assert "No action is open" in _shown(_planned(status=status, reason="No money"), "plan")


def test_an_action_that_names_a_level_below_the_target_closes_no_gap() -> None:
    worth = build(_planned(expected_level=1), registry.home(), "en").report.worth
    assert worth.closed == {1: ()}
    assert worth.after.gaps == worth.before.gaps


def test_what_iso_covers_names_each_criterion_of_the_esg_or_says_that_there_is_nothing_to_compare() -> None:
    report = build(small(), registry.home(), "en").report
    page = _shown(small(), "iso-to-esg")
    if report.from_iso():
        assert all(row.question in page for section in report.from_iso() for each in section.standards for row in each.rows)
    else:
        assert "There is nothing to compare" in page
    esg = small().model_copy(
        update={
            "rubrics": tuple(one for one in small().rubrics if one.startswith("esg-2015")),
            "answers": {name: one for name, one in small().answers.items() if name.startswith("esg-2015:")},
            "profile": "esg-only",
            "actions": (),
            "targets": {},
            "raters": {},
        }
    )
    assert "There is nothing to compare" in _shown(esg, "iso-to-esg")


def test_what_changed_tells_better_from_worse_and_its_mirror_is_the_reverse() -> None:
    now = small()
    name = next(reference for reference, one in now.answers.items() if one.level and one.evidence)
    home = registry.home()
    up = build(now, home, "en", against=Against(_lower(now, name), home)).report.delta
    down = build(_lower(now, name), home, "en", against=Against(now, home)).report.delta
    assert up is not None
    assert down is not None
    assert (up.count("up"), up.count("down")) == (1, 0) == (down.count("down"), down.count("up"))
    assert (up.gaps_closed, up.gaps_opened) == (down.gaps_opened, down.gaps_closed)
    assert (up.blockers_lost, up.blockers_gained) == (down.blockers_gained, down.blockers_lost)
    assert not up.other_editions
    page = _shown(now, "delta", Against(_lower(now, name), home, "Before it", "After it"))
    assert "Before it" in page
    assert "Level went up (1)" in page


def test_a_gap_that_nobody_had_before_is_new_and_one_that_is_gone_is_closed() -> None:
    portable, home = _planned(), registry.home()
    before = {one.reference for one in build(portable, home, "en").report.gaps}
    top = {name: one for name, one in portable.answers.items() if name not in before and one.level}
    assert top
    name = next(iter(top))
    delta = build(_lower(portable, name), home, "en", against=Against(portable, home)).report.delta
    assert delta is not None
    assert [code for code, _question in delta.gaps_opened] == [home.rubric("esg-2015@1").by_id[name.partition(":")[2]].code]
    assert delta.gaps_closed == ()


def test_other_editions_are_named_as_other_editions() -> None:
    home, now = registry.home(), small()
    iso = now.model_copy(
        update={
            "rubrics": (*(one for one in now.rubrics if not one.startswith("iso-")), "iso-9001-2026@1"),
            "answers": {name: one for name, one in now.answers.items() if not name.startswith("iso-")},
            "actions": (),
        }
    )
    delta = build(iso, home, "en", against=Against(now, home)).report.delta
    assert delta is not None
    assert delta.other_editions
    assert "different editions" in _shown(iso, "delta", Against(now, home))


def test_nothing_is_compared_with_nothing() -> None:
    with pytest.raises(service.NothingToCompare):
        service.make(small(), registry.home(), language="en", kind="delta", wanted="json")
    with pytest.raises(UnknownKind, match="iso-to-esg"):
        kind_of("everything")


@pytest.mark.parametrize("kind", ["plan", "delta"])
def test_each_kind_is_a_whole_report_with_the_same_bytes_again(kind: Kind) -> None:
    home = registry.home()
    against = Against(_lower(small(), next(iter(small().answers))), home) if kind == "delta" else None
    pdf = service.make(small(), home, language="kk", kind=kind, wanted="pdf", against=against)
    assert pdf == service.make(small(), home, language="kk", kind=kind, wanted="pdf", against=against)
    assert verify(pdf, home).whole


def test_the_data_of_a_kind_are_those_of_its_pages() -> None:
    home, portable = registry.home(), _planned()
    plan = json.loads(service.make(portable, home, language="en", kind="plan", wanted="json"))
    assert (plan["format"], plan["kind"]) == ("sapa-report/1", "plan")
    assert plan["worth"]["before"]["index"] == float(build(portable, home, "en").report.index or 0)
    against = Against(_lower(portable, ANSWERED).model_copy(update={"date": date(2025, 11, 1)}), home)
    delta = json.loads(service.make(portable, home, language="en", kind="delta", wanted="json", against=against))
    assert delta["delta"]["before"]["date"] == "2025-11-01"


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_report_asks_nobody_for_anything_and_may_do_nothing(kind: Kind) -> None:
    against = Against(_lower(small(), ANSWERED), registry.home()) if kind == "delta" else None
    page = saved_html(build(small(), registry.home(), "kk", against=against).report, kind)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    [css] = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    assert f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" in html.unescape(policy)
    assert "default-src 'none'" in html.unescape(policy)
    assert "unsafe" not in policy
    assert "script" not in policy
    assert all(one.startswith("data:font/woff2;base64,") for one in re.findall(r"url\(([^)]*)\)", css))
    body = page.replace(css, "")
    assert re.findall(r"<(?:script|link|iframe|object|embed|img)\b", body) == []
    assert re.findall(r'\s(?:src|style|on\w+)="', body) == []
    assert all(one.startswith("#") for one in re.findall(r'href="([^"]*)"', body))
    assert len(page) < 1_500_000


def test_what_claims_rest_on_is_told_as_numbers_and_shares_in_the_full_report() -> None:
    report = build(small(), registry.home(), "en").report
    t = report.traceability
    assert t.with_dated_evidence == sum(
        any(next(item for item in report.evidence if item.id == cited.id).date for cited in one.evidence)
        for one in report.criteria()
        if one.state.value == "answered"
    )
    assert t.shares.cited is not None
    assert t.shares.cited * t.answered == t.with_evidence
    assert "with evidence that says of when it is" in _shown(small(), "full")
