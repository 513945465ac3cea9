"""What needs attention: each problem on its own, and several of a kind."""

from datetime import timedelta
from typing import Any

import pytest
from livekit.api import EgressStatus, IngressState

from app.errors import TimedOut, Unavailable
from app.services.agents.agents import AgentRow
from app.services.agents.states import AgentStatus
from app.services.server.attention.findings import Finding, Problem, Target
from app.services.server.attention.rooms import ONE_AT_A_TIME
from app.services.server.states import Coverage, Part, Severity
from app.services.sip.routing.terms import RuleTerms, TrunkTerms
from tests.services.server.snapshots import (
    NOW,
    agent,
    ago,
    check,
    found,
    ingress,
    job,
    room,
    said,
    skewed,
)

FAILED, ACTIVE = EgressStatus.EGRESS_FAILED, EgressStatus.EGRESS_ACTIVE
ERROR = IngressState.Status.ENDPOINT_ERROR
OPEN_RULE = RuleTerms(id="SDR_1", name="Night desk", room="desk")
IGNORED = ("10.0.0.1;transport=udp",)


def only(**changes: Any) -> Finding:
    """Return the one finding of a snapshot."""
    (finding,) = found(**changes).findings
    return finding


def test_one_failed_job_leads_to_its_page_and_several_to_their_list() -> None:
    late = job("EG_2", FAILED, error="upload failed: 403", ended_at=ago(minutes=5))
    soon = job("EG_1", FAILED, error="page load error", ended_at=ago(hours=9))
    fine = job("EG_3", EgressStatus.EGRESS_COMPLETE, ended_at=ago(minutes=1))
    rooms = [room("hall")]
    one = only(rooms=rooms, dispatches={"hall": []}, egress=[late, fine])
    assert said(one) == "1 egress job failed"
    assert one.why == "Recorded, but the upload failed. Room hall."
    assert (one.severity, one.since) == (Severity.FAILED, NOW - timedelta(minutes=5))
    assert one.target == Target(Problem.EGRESS_FAILED, "EG_2")
    both = only(rooms=rooms, dispatches={"hall": []}, egress=[soon, late, fine])
    assert said(both) == "2 egress jobs failed"
    assert (both.why, both.since) == (one.why, one.since)
    assert both.target == Target(Problem.EGRESS_FAILED)


def test_an_error_without_an_explanation_is_quoted_up_to_a_length() -> None:
    failed = job("EG_1", FAILED, error="strange " * 90, room_name="")
    why = only(egress=[failed]).why
    assert why.startswith("strange strange")
    assert len(why) < 260
    silent = job("EG_1", FAILED, room_name="")
    assert only(egress=[silent]).why == "LiveKit reports no reason."


def test_a_job_whose_room_has_closed_is_a_warning_once_it_had_time_to_end() -> None:
    orphan = only(egress=[job("EG_1", ACTIVE)])
    assert (orphan.severity, said(orphan)) == (Severity.WARNING, "1 egress job is orphaned")
    assert orphan.target == Target(Problem.EGRESS_ORPHANED, "EG_1")
    assert not found(egress=[job("EG_1", ACTIVE, started_at=ago(seconds=3))]).findings
    again = [room("hall", sid="RM_another")]
    assert only(rooms=again, dispatches={"hall": []}, egress=[job("EG_1", ACTIVE)])
    same = [room("hall")]
    assert not found(rooms=same, egress=[job("EG_1", ACTIVE)]).findings
    assert not found(rooms=Unavailable(), egress=[job("EG_1", ACTIVE)]).findings
    two = only(egress=[job("EG_1", ACTIVE), job("EG_2", ACTIVE)])
    assert (said(two), two.target.id) == ("2 egress jobs are orphaned", "")


def test_ingresses_in_error() -> None:
    one = only(ingress=[ingress("IN_1", ERROR, error="shutting down", ended_at=ago(hours=1))])
    assert (one.severity, said(one)) == (Severity.FAILED, "Ingress camera IN_1 is in error")
    assert one.why == "The worker was about to stop and accepted no more streams. Room stage."
    assert (one.since, one.target.id) == (NOW - timedelta(hours=1), "IN_1")
    both = only(
        ingress=[
            ingress("IN_1", ERROR, error="shutting down", updated_at=ago(hours=2)),
            ingress("IN_2", ERROR, error="file not found", updated_at=ago(hours=1)),
            ingress("IN_3", IngressState.Status.ENDPOINT_PUBLISHING),
        ]
    )
    assert (said(both), both.target.id) == ("2 ingresses are in error", "")
    assert both.why.startswith("The server has no such file")


def test_full_rooms_by_livekits_own_count() -> None:
    rooms = [room("a", 2, 2), room("b", 1, 2), room("c", 9)]
    dispatches: dict[str, list[AgentRow]] = {each.name: [] for each in rooms}
    one = only(rooms=rooms, dispatches=dispatches)
    assert (one.severity, said(one)) == (Severity.WARNING, "Room a is full")
    assert (one.why, one.since) == ("2 of 2 participants.", None)
    assert one.target == Target(Problem.ROOM_FULL, "a")
    rooms = [room(f"full {number}", number, number) for number in range(1, 6)]
    many = only(rooms=rooms)
    assert said(many) == "5 rooms are full"
    assert many.why == "full 5, full 4, full 3 and 2 more."
    assert many.target == Target(Problem.ROOM_FULL)


def test_dispatches_without_a_worker_in_the_rooms_that_were_checked() -> None:
    rooms = [room("a", 1), room("b", 1), room("c")]
    rows = [agent("a", "AD_1", AgentStatus.UNTAKEN), agent("a", "AD_2", AgentStatus.RUNNING)]
    looked = found(rooms=rooms, dispatches={"a": rows})
    (one,) = looked.findings
    assert (one.severity, said(one)) == (Severity.FAILED, "1 dispatch has no worker")
    assert one.why == "Agent helper, room a. No worker accepted it."
    assert one.target == Target(Problem.DISPATCH_UNTAKEN, "AD_1", "a")
    partial = check(looked, Part.DISPATCHES)
    assert (partial.coverage, partial.done, partial.total) == (Coverage.PARTIAL, 1, 3)
    assert partial.reason == ONE_AT_A_TIME
    more = {"a": rows, "b": [agent("b", "AD_3", AgentStatus.UNTAKEN, name="")]}
    (two,) = found(rooms=rooms, dispatches=more).findings
    assert said(two) == "2 dispatches have no worker"
    assert two.why == "An agent without a name, room b. No worker accepted it."
    assert two.target == Target(Problem.DISPATCH_UNTAKEN)


def test_dispatches_that_could_not_be_listed_are_not_checked() -> None:
    rooms = [room("a", 1), room("b", 1)]
    looked = found(rooms=rooms, dispatches={"a": TimedOut(), "b": []})
    partial = check(looked, Part.DISPATCHES)
    assert (partial.coverage, partial.reason) == (Coverage.PARTIAL, TimedOut.title)
    assert not looked.all_clear
    none = check(found(rooms=rooms, dispatches={"a": TimedOut()}), Part.DISPATCHES)
    assert none.coverage is Coverage.NONE


def test_trunks_that_accept_calls_from_everywhere() -> None:
    trunks = [
        TrunkTerms(f"ST_{number}", f"line {number}", allowed_addresses=IGNORED)
        for number in range(6)
    ]
    fine = TrunkTerms("ST_9", allowed_addresses=("10.0.0.1", *IGNORED))
    two = found(trunks=[*trunks[:2], fine, TrunkTerms("ST_8")]).findings
    assert [said(each) for each in two] == [
        f"Trunk line {number} accepts calls from everywhere" for number in range(2)
    ]
    assert [each.target.id for each in two] == ["ST_0", "ST_1"]
    many = only(trunks=trunks)
    assert said(many) == "6 trunks accept calls from everywhere"
    assert many.target == Target(Problem.TRUNK_OPEN)


def test_rules_with_critical_warnings() -> None:
    one = only(rules=[OPEN_RULE])
    assert (one.severity, one.name) == (Severity.WARNING, "Night desk")
    assert said(one) == "Rule Night desk has a warning: open to strangers"
    assert one.why.startswith("Anyone can join")
    assert one.target == Target(Problem.RULE_CRITICAL, "SDR_1")
    roomless = RuleTerms(id="SDR_2", name="Empty", called=("+15550100",), callers=("+1",))
    many = only(rules=[OPEN_RULE, roomless])
    assert said(many) == "2 dispatch rules have critical warnings"
    assert many.why == "Empty (no room), Night desk (open to strangers)."
    harmless = RuleTerms(id="SDR_3", room="a", called=("0555",), pin="1")
    assert not found(rules=[harmless]).findings


@pytest.mark.parametrize(
    ("minutes", "severity", "what"),
    [
        (10, Severity.WARNING, "LiveKit's clock is 10 min ahead"),
        (600, Severity.FAILED, "LiveKit's clock is 10 h ahead"),
        (-2, Severity.FAILED, "LiveKit's clock is 2 min behind"),
    ],
)
def test_a_clock_skew_that_makes_livekit_reject_tokens(
    minutes: int, severity: Severity, what: str
) -> None:
    skew = only(clock=skewed(timedelta(minutes=minutes)))
    assert (skew.severity, said(skew)) == (severity, what)
    assert skew.target == Target(Problem.CLOCK_SKEW)


@pytest.mark.parametrize("seconds", [-50, -4, 4, 50])
def test_a_smaller_skew_changes_nothing(seconds: int) -> None:
    assert found(clock=skewed(timedelta(seconds=seconds))).all_clear
