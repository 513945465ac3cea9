"""What was checked for problems: only if it is everything, and nothing was found, all is clear."""

from datetime import timedelta

import pytest
from livekit.api import IngressState

from app.errors import TimedOut, Unavailable
from app.services.agents.states import AgentStatus
from app.services.livekit.errors import NeedsRedis
from app.services.server.attention.findings import Problem, Target
from app.services.server.states import Coverage, Part, Severity
from app.services.sip.routing.terms import RuleTerms
from tests.services.server.snapshots import agent, check, found, ingress, room, said, skewed


def test_nothing_wrong_and_everything_checked_is_all_clear() -> None:
    clear = found(rooms=[room("a", 1, 2)], dispatches={"a": []})
    assert clear.all_clear
    assert {each.part for each in clear.checked} == set(Part) - {Part.WORKERS}
    assert (clear.unchecked, clear.not_set_up) == ((), ())


@pytest.mark.parametrize("part", [Part.EGRESS, Part.INGRESS, Part.TRUNKS, Part.RULES])
def test_a_part_that_fails_is_a_finding_and_not_checked(part: Part) -> None:
    looked = found(**{part: TimedOut("no answer within 5 s.")})
    (failed,) = looked.findings
    assert failed.severity is Severity.FAILED
    assert said(failed).endswith(" couldn't be checked")
    assert failed.why == f"{TimedOut.title}: no answer within 5 s."
    assert failed.target == Target(Problem.UNAVAILABLE, part)
    missed = check(looked, part)
    assert (missed.coverage, missed.reason) == (Coverage.NONE, TimedOut.title)
    # warnings about rules need the trunks
    others = {Part.RULES} if part is Part.TRUNKS else set()
    assert {each.part for each in looked.unchecked} == {part} | others
    assert not looked.all_clear


def test_an_unknown_clock_is_not_checked_and_no_failure() -> None:
    for answer in (None, Unavailable()):
        looked = found(clock=answer)
        assert not looked.findings
        assert [each.part for each in looked.unchecked] == [Part.CLOCK]
        assert not looked.all_clear


def test_a_part_that_is_not_set_up_is_no_failure() -> None:
    missing = NeedsRedis()
    looked = found(egress=missing, ingress=missing, trunks=None, rules=None)
    assert looked.all_clear
    assert [each.part for each in looked.not_set_up] == [
        Part.EGRESS,
        Part.INGRESS,
        Part.TRUNKS,
        Part.RULES,
    ]
    assert check(looked, Part.EGRESS).reason == "Set redis.address in LiveKit's configuration"
    assert check(looked, Part.RULES).reason == "ENABLE_SIP is off in the dashboard"


def test_an_outage_of_everything_is_no_list_of_findings() -> None:
    error = Unavailable()
    answers = dict.fromkeys(("rooms", "egress", "ingress", "trunks", "rules", "clock"), error)
    looked = found(**answers)
    assert (looked.findings, looked.checked, looked.all_clear) == ((), (), False)
    assert {each.reason for each in looked.unchecked} == {Unavailable.title}
    rejected = found(**answers | {"clock": skewed(timedelta(hours=-1))})
    assert [said(each) for each in rejected.findings] == ["LiveKit's clock is 1 h behind"]


def test_failures_come_before_warnings() -> None:
    looked = found(
        rooms=[room("a", 1, 1)],
        dispatches={"a": [agent("a", "AD_1", AgentStatus.UNTAKEN)]},
        rules=[RuleTerms(id="SDR_1", room="desk")],
        ingress=[ingress("IN_1", IngressState.Status.ENDPOINT_ERROR)],
    )
    assert [each.target.problem for each in looked.findings] == [
        Problem.INGRESS_ERROR,
        Problem.DISPATCH_UNTAKEN,
        Problem.ROOM_FULL,
        Problem.RULE_CRITICAL,
    ]
    assert (looked.failed, looked.warnings) == (2, 2)
