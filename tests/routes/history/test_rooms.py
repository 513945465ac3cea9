"""Rooms lead to their sessions; one that isn't open leads to its last session."""

from collections.abc import Callable

from tests.routes.history.conftest import Past


def test_a_room_that_ended_leads_to_its_last_session(past: Past) -> None:
    seen = past.admin.get("/rooms/weekly-review")
    assert seen.status == 303
    assert seen.location == "/sessions/RM_weekly?closed=1"
    assert "isn't open now" in past.admin.get(seen.location).text


def test_a_room_without_history_is_not_found(past: Past) -> None:
    assert past.admin.get("/rooms/never-was").status == 404


def test_a_refresh_of_an_ended_room_is_not_found(past: Past) -> None:
    assert past.admin.get("/rooms/weekly-review?partial=1").status == 404


def test_an_open_room_links_to_its_sessions(past: Past, make_room: Callable[..., str]) -> None:
    room = make_room()
    assert f'href="/sessions?room={room}"' in past.admin.get(f"/rooms/{room}").html


def test_search_finds_a_session(past: Past) -> None:
    by_sid = past.admin.get("/search", params={"q": "RM_weekly"})
    assert 'href="/sessions/RM_weekly"' in by_sid.html
    by_room = past.admin.get("/search", params={"q": "weekly-review"})
    assert 'href="/sessions/RM_weekly"' in by_room.html


def test_the_sidebar_has_history(past: Past) -> None:
    seen = past.admin.get("/sessions")
    for text in ("History", "Sessions", "Participant history", "Call records"):
        assert text in seen.text
