"""The session cookie: its flags, what can be read from it, and when it is set."""

import base64
import json
import time
from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from app.security.session import LIFETIME, Sessions
from tests.support.dashboard import SESSION_SECRET, Dashboard
from tests.support.visitor import Seen, Visitor

NAME = "livekit-dashboard"


def sessions(dashboard: Dashboard) -> Sessions:
    """Return what seals and opens the cookies of a dashboard."""
    return Sessions(Starlette(), dashboard.settings)


def cookie(seen: Seen) -> tuple[str, str, set[str]]:
    """Return name, value and flags of the one cookie that an answer sets."""
    (line,) = seen.headers.get_list("set-cookie")
    first, *flags = line.split("; ")
    name, _, value = first.partition("=")
    return name, value, set(flags)


def asks_with(dashboard: Dashboard, value: str) -> Seen:
    """Ask for a page with this cookie."""
    return dashboard.visitor().get("/rooms", headers={"Cookie": f"{NAME}={value}"})


def test_flags_in_development(admin: Visitor) -> None:
    name, _, flags = cookie(admin.get("/"))
    assert name == NAME
    assert flags == {"Path=/", "HttpOnly", "SameSite=Lax"}


def test_flags_in_production(start_dashboard: Callable[..., Dashboard]) -> None:
    name, _, flags = cookie(start_dashboard(environment="production").visitor().get("/"))
    assert name == f"__Host-{NAME}"
    assert flags == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}


def test_it_is_encrypted_and_not_only_signed(admin: Visitor, dashboard: Dashboard) -> None:
    _, value, _ = cookie(admin.get("/"))
    session = sessions(dashboard).open(value)
    assert session["user"] == "admin"
    raw = base64.urlsafe_b64decode(value)
    for shown in (value.encode(), raw):
        for hidden in ("admin", "user", session["id"], SESSION_SECRET):
            assert hidden.encode() not in shown


def test_nobody_gets_one(nobody: Visitor) -> None:
    for path in ("/", "/nope", "/health", "/logout"):
        lines = nobody.get(path).headers.get_list("set-cookie")
        assert [line for line in lines if "Max-Age=0" not in line] == []


def test_it_is_set_only_when_the_session_changed(admin: Visitor, room: str) -> None:
    first = admin.get("/rooms")
    assert "set-cookie" in first.headers
    poll = admin.get("/rooms?partial=1")
    unchanged = admin.get("/rooms?partial=1", headers={"HX-PTag": poll.headers["hx-ptag"]})
    quiet = [poll, unchanged, admin.get("/rooms"), admin.get(f"/rooms/{room}"), admin.get("/nope")]
    assert unchanged.status == 304
    assert [seen.status for seen in quiet if "set-cookie" in seen.headers] == []


def test_a_flash_sets_it_and_the_page_that_shows_it_sets_it_again(
    admin: Visitor, room: str
) -> None:
    admin.get("/")
    answer = admin.post(f"/rooms/{room}/edit", metadata="changed")
    assert "set-cookie" in answer.headers
    page = admin.follow(answer)
    assert "was saved" in page.text
    assert "set-cookie" in page.headers
    assert "was saved" not in admin.get(answer.location).text


def tampered(value: str) -> str:
    """Change one character in the middle."""
    middle = len(value) // 2
    return value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        tampered,
        lambda value: value[:-8],
        lambda value: "",
        lambda value: "garbage",
        lambda value: "gAAAAA" + "A" * 200,
        lambda value: "\u00e9" * 20,
        lambda value: "x" * 7000,
    ],
)
def test_a_cookie_that_is_not_ours_is_a_new_session(
    dashboard: Dashboard, spoil: Callable[[str], str]
) -> None:
    _, value, _ = cookie(dashboard.visitor().get("/"))
    assert "set-cookie" not in asks_with(dashboard, value).headers
    answer = dashboard.visitor().http.get(
        "/rooms", headers=[(b"Cookie", f"{NAME}={spoil(value)}".encode("latin-1"))]
    )
    assert answer.status_code == 200
    fresh = sessions(dashboard).open(cookie(Seen(answer))[1])
    assert fresh["id"] != sessions(dashboard).open(value)["id"]


def test_an_old_one_is_a_new_session(dashboard: Dashboard) -> None:
    box, content = sessions(dashboard).box, json.dumps({"user": "admin", "id": "chosen"}).encode()
    young, old = (
        box.encrypt_at_time(content, int(time.time()) - seconds).decode()
        for seconds in (LIFETIME - 60, LIFETIME + 60)
    )
    assert "set-cookie" not in asks_with(dashboard, young).headers
    answer = asks_with(dashboard, old)
    assert answer.status == 200
    assert sessions(dashboard).open(cookie(answer)[1])["id"] != "chosen"


@pytest.mark.parametrize("content", ['["a list"]', '"text"', "no json", "{}", '{"id": 7}'])
def test_one_with_an_odd_content_is_no_error(dashboard: Dashboard, content: str) -> None:
    odd = sessions(dashboard).box.encrypt(content.encode()).decode()
    answer = asks_with(dashboard, odd)
    assert answer.status == 200
    assert len(sessions(dashboard).open(cookie(answer)[1])["id"]) > 10


def test_one_of_another_dashboard_is_a_new_session(
    dashboard: Dashboard, start_dashboard: Callable[..., Dashboard]
) -> None:
    other = start_dashboard(session_secret="another-secret-0123456789-abcdefghijkl")
    _, value, _ = cookie(other.visitor().get("/"))
    assert sessions(other).open(value)
    assert "set-cookie" in asks_with(dashboard, value).headers


def test_notes_that_do_not_fit_are_dropped_the_oldest_first(dashboard: Dashboard) -> None:
    notes = [{"text": f"{number} " + "x" * 600, "kind": "ok"} for number in range(10)]
    session = {"user": "admin", "id": "kept", "flash": notes}
    line = sessions(dashboard).seal(session)
    assert len(line) < 4096
    opened = sessions(dashboard).open(line.partition("=")[2].partition(";")[0])
    texts = [note["text"].split()[0] for note in opened["flash"]]
    assert (opened["user"], opened["id"]) == ("admin", "kept")
    assert 0 < len(texts) < 10
    assert texts == [str(number) for number in range(10 - len(texts), 10)]


def test_one_note_too_long_for_any_cookie_costs_only_itself(dashboard: Dashboard) -> None:
    session = {"user": "admin", "id": "kept", "flash": [{"text": "x" * 5000, "kind": "ok"}]}
    line = sessions(dashboard).seal(session)
    assert len(line) < 4096
    opened = sessions(dashboard).open(line.partition("=")[2].partition(";")[0])
    assert (opened["id"], opened["flash"]) == ("kept", [])
