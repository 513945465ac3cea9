"""What is counted in each step of a time, from rows of history."""

from app.services.usage.counting import (
    HOUR,
    SECOND,
    Call,
    Connection,
    Facts,
    Run,
    Session,
    Steps,
    counted,
    duration_step,
    step_duration,
)
from app.services.usage.measures import Measure

MINUTE = 60 * SECOND
T = 1_000 * HOUR
STEPS = Steps(T, T + 3 * HOUR, now=T + 10 * HOUR)


def person(
    joined: int, left: int | None, *, kind: str = "STANDARD", aborted: bool = False
) -> Connection:
    """Return a connection, in minutes since the beginning."""
    ended = None if left is None else T + left * MINUTE
    return Connection(kind, T + joined * MINUTE, ended, aborted, "CLIENT_INITIATED")


def figures(facts: Facts, measure: Measure, steps: Steps = STEPS) -> dict[tuple[int, str], int]:
    """Return the figures of a measure by the number of the step and the label."""
    return {
        ((start - steps.since) // steps.step, label): value
        for (start, of, label), value in counted(facts, steps).items()
        if of is measure
    }


def test_time_is_divided_among_the_hours() -> None:
    facts = Facts(connections=[person(-30, 90), person(10, 20, kind="SIP"), person(100, None)])
    assert figures(facts, Measure.PARTICIPATION) == {
        (0, "STANDARD"): 60 * MINUTE,
        (0, "SIP"): 10 * MINUTE,
        (1, "STANDARD"): 50 * MINUTE,
        (2, "STANDARD"): 60 * MINUTE,
    }
    assert figures(facts, Measure.JOINS) == {(0, "SIP"): 1, (1, "STANDARD"): 1}
    assert figures(facts, Measure.LEFT) == {
        (1, "STANDARD/CLIENT_INITIATED"): 1,
        (0, "SIP/CLIENT_INITIATED"): 1,
    }


def test_who_is_still_there_is_counted_until_now() -> None:
    now = Steps(T, T + 3 * HOUR, now=T + 100 * MINUTE)
    facts = Facts(connections=[person(30, None)])
    assert figures(facts, Measure.PARTICIPATION, now) == {
        (0, "STANDARD"): 30 * MINUTE,
        (1, "STANDARD"): 40 * MINUTE,
    }
    assert figures(facts, Measure.PEAK, now) == {(0, ""): 1, (1, ""): 1}


def test_the_peak_is_exact() -> None:
    people = [person(-10, 5), person(0, 60), person(5, 10), person(30, 130), person(60, 61)]
    facts = Facts(connections=[*people, person(0, 200, kind="AGENT"), person(1, 2, aborted=True)])
    assert figures(facts, Measure.PEAK) == {(0, ""): 2, (1, ""): 2, (2, ""): 1}


def test_an_aborted_join_is_no_participation() -> None:
    facts = Facts(connections=[person(5, 6, aborted=True)])
    assert figures(facts, Measure.FAILED_JOINS) == {(0, "STANDARD"): 1}
    assert figures(facts, Measure.PARTICIPATION) == figures(facts, Measure.JOINS) == {}


def test_sessions_are_counted_when_they_start_and_their_durations_when_they_end() -> None:
    short, long = Session(T - 5 * MINUTE, T + 5 * MINUTE), Session(T + MINUTE, T + 100 * MINUTE)
    facts = Facts(sessions=[short, long, Session(T + MINUTE, None)])
    assert figures(facts, Measure.SESSIONS) == {(0, ""): 2}
    assert figures(facts, Measure.LONGEST) == {(0, ""): 10 * MINUTE, (1, ""): 99 * MINUTE}
    durations = figures(facts, Measure.DURATION)
    seconds = {step: step_duration(int(label)) for step, label in durations}
    assert abs(seconds[0] / 600 - 1) < 0.03
    assert abs(seconds[1] / 5940 - 1) < 0.03


def test_any_duration_has_its_step() -> None:
    for seconds in (0, 1, 2, 59, 3600, 86_400, 40_000_000):
        middle = step_duration(duration_step(seconds * SECOND))
        assert abs(middle - seconds) <= max(1, seconds * 0.026), seconds


def test_egress_and_its_failures() -> None:
    done = Run("room_composite", T - HOUR, T + 30 * MINUTE, "EGRESS_COMPLETE", "", False)
    failed = Run("web", T + HOUR, T + HOUR + MINUTE, "EGRESS_FAILED", "no page / at all", True)
    facts = Facts(egress=[done, failed], ingress=[done._replace(type="RTMP_INPUT", ended=None)])
    assert figures(facts, Measure.EGRESS) == {
        (0, "room_composite"): 30 * MINUTE,
        (1, "web"): MINUTE,
    }
    assert figures(facts, Measure.EGRESS_FAILED) == {(1, "no page - at all"): 1}
    assert figures(facts, Measure.EGRESS_ENDED) == {
        (0, "EGRESS_COMPLETE"): 1,
        (1, "EGRESS_FAILED"): 1,
    }
    assert figures(facts, Measure.INGRESS) == {(n, "RTMP_INPUT"): HOUR for n in range(3)}


def test_a_thousand_different_errors_stay_few() -> None:
    failed = [Run("web", T, T + 1, "EGRESS_FAILED", f"error {n}", True) for n in range(1000)]
    reasons = figures(Facts(egress=failed), Measure.EGRESS_FAILED)
    assert len(reasons) == 21
    assert sum(reasons.values()) == 1000


def test_calls_are_counted_when_they_end() -> None:
    calls = [Call("inbound", "completed", T), Call("outbound", "USER_REJECTED", T + HOUR)]
    assert figures(Facts(calls=calls), Measure.CALLS) == {
        (0, "inbound/completed"): 1,
        (1, "outbound/USER_REJECTED"): 1,
    }


def test_agents_are_counted_apart() -> None:
    facts = Facts(connections=[person(0, 60, kind="AGENT"), person(70, 80, kind="AGENT")])
    assert figures(facts, Measure.AGENT_SESSIONS) == {(0, ""): 1, (1, ""): 1}
