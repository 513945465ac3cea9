"""/sessions/{sid}: the timeline, its tabs, masks, and where it leads."""

import re

import pytest

from tests.routes.history.conftest import Past
from tests.support.visitor import Visitor


def test_facts_and_lanes(past: Past) -> None:
    seen = past.admin.get("/sessions/RM_weekly")
    assert seen.status == 200
    for text in (
        "weekly-review",
        "Amara Nwosu",
        "connection lost",
        "1 join aborted",
        "came back once",
        "end inferred",
        "EG_1",
        "timed out",
        "don't report when tracks were muted",
    ):
        assert text in seen.text
    lanes = re.findall(r'<svg class="lane"[^>]*aria-label="([^"]*)"', seen.html)
    assert len(lanes) == 2 + 6  # the room, the job, and everybody
    assert seen.html.count('class="cross"') == 1 + 2  # the legend's, an abort, and what was lost
    assert "style=" not in seen.html


def test_positions_are_percentages_of_the_part_that_is_shown(past: Past) -> None:
    whole = past.admin.get("/sessions/RM_weekly").html
    assert 'class="conn" x="35.0%" width="65.0%"' in whole  # ben came back after 21 of 60 minutes
    zoomed = re.search(r'href="(/sessions/RM_weekly\?from=\d+&amp;to=\d+)" aria-label="Zoom', whole)
    assert zoomed
    part = past.admin.get(zoomed[1].replace("&amp;", "&"))
    assert part.status == 200
    assert "elena" not in part.text.partition("Participants 4")[0] or "0 s" in part.text
    assert 'class="conn" x="0.0%" width="100.0%"' in part.html


@pytest.mark.parametrize("query", ["from=9&to=3", "from=0&to=1", "from=4102444800000", "to=0"])
def test_a_part_that_has_no_time_is_all_of_it(past: Past, query: str) -> None:
    assert past.admin.get(f"/sessions/RM_weekly?{query}").status == 200


@pytest.mark.parametrize(
    ("tab", "texts"),
    [
        ("connections", ["Amara Nwosu", "join aborted", "end inferred", "Reason for leaving"]),
        ("media", ["EG_1", "complete"]),
        ("events", ["room_started", "participant_joined", "amara"]),
        ("audit", ["No entries"]),
    ],
)
def test_tabs(past: Past, tab: str, texts: list[str]) -> None:
    seen = past.admin.get("/sessions/RM_weekly", params={"tab": tab})
    assert seen.status == 200
    for text in texts:
        assert text in seen.text


def test_names_are_masked_without_the_permission(past: Past) -> None:
    for tab in ("", "connections", "media", "events"):
        seen = past.viewer.get("/sessions/RM_weekly", params={"tab": tab})
        assert seen.status == 200
        for secret in ("amara", "Amara", "ben", "Calloway", "elena", "guest-7", "5550142"):
            assert secret not in seen.markup.replace("been", "").replace("benefit", ""), (
                tab,
                secret,
            )
    seen = past.viewer.get("/sessions/RM_weekly")
    for mask in ("Participant 1", "Participant 4", "Agent 1", "Caller 1"):
        assert mask in seen.text
    assert "/history/participants/" not in seen.html.replace('"/history/participants"', "")
    assert "Audit log" not in seen.text


def test_one_that_is_open_refreshes_itself(past: Past) -> None:
    seen = past.admin.get("/sessions/RM_open")
    assert 'id="live" data-hx-get' in seen.html
    assert "Open room" in seen.text
    assert 'href="/rooms/standup"' in seen.html
    assert "still there" in seen.text
    assert past.admin.get("/sessions/RM_open?partial=1").status == 200
    assert 'id="live" data-hx-get' not in past.admin.get("/sessions/RM_weekly").html


def test_neighbors_of_the_same_room(past: Past) -> None:
    seen = past.admin.get("/sessions/RM_weekly")
    assert 'href="/sessions/RM_lost"' in seen.html
    assert 'href="/sessions/RM_weekly"' in past.admin.get("/sessions/RM_lost").html


def test_values_of_a_newer_livekit_and_hostile_names(past: Past) -> None:
    seen = past.admin.get("/sessions/RM_bad")
    for text in ("unknown (odd)", "unknown (hologram)"):
        assert text in seen.text
    assert "<script>alert" not in seen.html
    assert "<img src=x>" not in seen.html
    assert 'title=""><b>' not in seen.html


@pytest.mark.parametrize("sid", ["RM_none", "~", "~Li4", "~eCB5"])
def test_no_such_session(past: Past, sid: str) -> None:
    assert past.admin.get(f"/sessions/{sid}").status == 404


@pytest.mark.parametrize("place", ["/sessions", "/history/participants", "/sip/records"])
def test_without_a_store_there_is_none(admin: Visitor, place: str) -> None:
    assert admin.get(place).status == 404
    assert f'href="{place}"' not in admin.get("/").html
