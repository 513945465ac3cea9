"""The feed: alive only if LiveKit itself reported something within 15 minutes."""

import math
import time

import pytest

from app.live.feed import ALIVE_SECONDS, Feed, Part, part_of


@pytest.mark.parametrize(
    ("event", "part"),
    [
        ("room_started", Part.ROOMS),
        ("participant_connection_aborted", Part.ROOMS),
        ("track_published", Part.ROOMS),
        ("egress_updated", Part.EGRESS),
        ("ingress_ended", Part.INGRESS),
        ("agent_job_started", None),
        ("something_of_tomorrow", None),
        ("", None),
    ],
)
def test_each_event_proves_one_part(event: str, part: Part | None) -> None:
    assert part_of(event) == part


def test_it_is_alive_for_fifteen_minutes_after_the_last_event() -> None:
    feed, now = Feed(), time.time()
    assert feed.ages() == {}
    feed.saw(Part.ROOMS, now - ALIVE_SECONDS - 5)
    assert feed.ages() == {}  # an old event that is delivered late
    feed.saw(Part.ROOMS, now - 60)
    feed.saw(Part.ROOMS, now - 300)  # out of order
    assert feed.ages()["rooms"] in {60, 61}
    feed.saw(Part.EGRESS, now - 1)
    assert set(feed.ages()) == {"rooms", "egress"}


def test_a_clock_that_is_ahead_does_not_keep_it_alive() -> None:
    feed = Feed()
    feed.saw(Part.ROOMS, time.time() + 10**9)
    assert feed.moments["rooms"] <= time.time()


@pytest.mark.parametrize(("part", "moment"), [("x", 1.0), ("rooms", math.inf), ("rooms", math.nan)])
def test_nonsense_of_others_is_ignored(part: str, moment: float) -> None:
    feed = Feed()
    feed.saw(part, moment)
    assert feed.moments == {}
