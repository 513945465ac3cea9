"""Error pages: they say what happened and what to do, and the log has the id that they show."""

from collections.abc import Callable

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

Ask = Callable[[Visitor], Seen]


def asked(visitor: Visitor, ask: Ask) -> tuple[Seen, list[dict[str, object]]]:
    """Return the answer, and the log lines of that request alone."""
    with capture_logs(processors=[merge_contextvars]) as lines:
        seen = ask(visitor)
        mine = seen.headers["x-request-id"]
        until(lambda: [x for x in lines if x["event"] == "request" and x["request_id"] == mine])
    return seen, [dict(line) for line in lines if line.get("request_id") == mine]


@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (404, lambda v: v.get("/nope")),
        (404, lambda v: v.get("/rooms/no-such-room")),
        (405, lambda v: v.send("/rooms", {"typed": "text"})),
        (413, lambda v: v.send("/rooms/-/delete", {"q": "x" * 1_100_000})),
        (422, lambda v: v.get("/rooms?page=0")),
        (403, lambda v: v.post("/rooms/-/delete", csrf="wrong")),
        (500, lambda v: v.get("/crash")),
    ],
)
def test_the_id_is_in_header_page_and_log(crashing: Dashboard, status: int, ask: Ask) -> None:
    visitor = crashing.visitor()
    seen, lines = asked(visitor, ask)
    assert seen.status == status
    assert f"Request ID {seen.headers['x-request-id']}" in seen.text
    assert [line["status"] for line in lines if line["event"] == "request"] == [status]


@pytest.mark.parametrize("status", [401, 404])
def test_it_is_there_for_somebody_not_signed_in(nobody: Visitor, status: int) -> None:
    seen, lines = asked(nobody, lambda v: v.get({401: "/rooms", 404: "/nope"}[status]))
    assert seen.status == status
    assert f"Request ID {seen.headers['x-request-id']}" in seen.text
    assert lines[-1]["user"] is None


@pytest.mark.parametrize("path", ["/crash", "/crash-form"])
def test_a_bug_is_a_page_that_says_nothing_of_the_inside(crashing: Dashboard, path: str) -> None:
    visitor = crashing.visitor()
    fields = {"csrf": visitor.token(), "typed": "kept text"}
    ways: dict[str, Ask] = {
        "/crash": lambda v: v.get("/crash"),
        "/crash-form": lambda v: Seen(v.http.post("/crash-form", data=fields, timeout=5)),
    }
    seen, lines = asked(visitor, ways[path])
    assert seen.status == 500
    assert "Something went wrong" in seen.text
    for secret in ("ZeroDivisionError", "a bug", "Traceback", ".py"):
        assert secret not in seen.html
    broken = [line for line in lines if line["event"] == "unexpected error"]
    assert [(line["path"], line["exc_info"]) for line in broken] == [(path, True)]


def test_what_was_typed_outlives_a_bug(crashing: Dashboard) -> None:
    visitor = crashing.visitor()
    fields = {"csrf": visitor.token(), "typed": "kept text"}
    page = Seen(visitor.http.post("/crash-form", data=fields, timeout=5))
    assert "kept text" in page.text
    assert page.csrf


def test_the_dashboard_lives_on_after_a_bug(crashing: Dashboard) -> None:
    visitor = crashing.visitor()
    assert visitor.get("/crash").status == 500
    assert visitor.get("/rooms").status == 200


def test_an_error_page_can_be_had_as_a_fragment(crashing: Dashboard) -> None:
    fragment = crashing.visitor().get("/crash?partial=1")
    assert fragment.status == 500
    assert "<html" not in fragment.html
    assert f"Request ID {fragment.headers['x-request-id']}" in fragment.text


def test_the_action_that_failed_is_named(
    admin: Visitor, start_dashboard: Callable[..., Dashboard]
) -> None:
    away = start_dashboard(livekit_url="ws://127.0.0.1:9").visitor()
    page = away.post("/rooms/no-such-room/delete")
    assert page.status == 503
    assert "LiveKit is unreachable Action: room.delete" in page.text
    page = admin.get("/rooms/no-such-room")
    assert page.all("p", **{"data-failed-action": "", "hidden": ""})
