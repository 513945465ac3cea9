"""Every page while LiveKit is away, hangs or talks nonsense: in time, with status and reason."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from tests.faults.conftest import ALONE, LIMIT, PAGES, ROOM, TIMEOUT, Answer, Broken, at_once
from tests.routes.filled import polled
from tests.support.dashboard import Dashboard
from tests.support.fault import Mode, Relay
from tests.support.visitor import Seen

pytestmark = pytest.mark.alone

FAULTS: list[tuple[Mode, int, str]] = [
    ("hang", 504, "gave no answer to"),
    ("slow", 504, "gave no answer to"),
    ("reset", 503, "the connection broke before there was a response"),
    ("garbage", 502, "not valid HTTP"),
    ("html", 502, "answered with text/html, not with a LiveKit message"),
    ("empty", 502, "answered with text/plain, not with a LiveKit message"),
    ("broken", 502, "no database"),
    ("gateway", 502, "answered with status 502 and no LiveKit error"),
]
# What a page says of a server that works and has nothing, or nothing that matches.
LIES = re.compile(
    r"No open rooms|No rooms yet|No matching rooms|No participants|No matches|0 rooms"
    r"|No recordings or streams|No matching jobs|0 jobs|has already ended"
    r"|Nothing to delete|Nothing to stop|no egress EG_"
    r"|No ingresses|No matching ingresses|No active ingresses|0 ingresses"
    r"|Ingress IN_\w+ does not exist|No agents|0 agents|has no dispatch"
    r"|No trunks yet|No matching trunks|There is no trunk|0 inbound"
    r"|No dispatch rules|No matching dispatch rules|There is no dispatch rule"
    r"|No active calls|No matching calls|There is no call|is not set up"
    r"|Rooms 0|sid,name|^\[\]$|not any more|is not open"
)
LISTS = ("/rooms", "/egress", "/ingress", "/agents", "/sip/calls", "/sip/trunks", "/sip/rules")


def in_time(answer: Answer) -> Seen:
    """Check that the answer came in time."""
    assert answer.seconds < LIMIT, (answer.path, answer.seconds)
    return answer.page


def honest(answer: Answer, status: int, reason: str) -> None:
    """Check that the page says what happened, and nothing that it cannot know."""
    page = in_time(answer)
    assert page.status == status, (answer.path, page.text)
    assert reason in page.text, (answer.path, page.text)
    assert page.headers["content-type"].startswith("text/html"), answer.path
    assert "content-disposition" not in page.headers, answer.path
    assert not LIES.search(page.text), (answer.path, page.text)
    assert "Traceback" not in page.text
    assert "failed" in page.headers["server-timing"]


@pytest.mark.parametrize(("mode", "status", "reason"), FAULTS, ids=[mode for mode, *_ in FAULTS])
def test_every_page_says_what_is_wrong(
    broken: Broken, mode: Mode, status: int, reason: str
) -> None:
    broken.break_(mode)
    live = [*PAGES[:6], "/egress", "/egress/EG_fault"]
    blocks = [f"{path}{'&' if '?' in path else '?'}partial=1" for path in live]
    for answer in at_once([partial(broken.get, path) for path in PAGES + blocks]):
        honest(answer, status, reason)
        whole = answer.path not in blocks
        assert bool(answer.page.all("html")) == bool(answer.page.all("nav")) == whole, answer.path
        assert "hx-ptag" not in answer.page.headers


@pytest.mark.parametrize("path", LISTS)
def test_a_list_without_matches_says_what_an_outage_must_not_say(broken: Broken, path: str) -> None:
    page = broken.visitor.get(f"{path}?q=nothing+is+called+so")
    assert page.status == 200
    assert LIES.search(page.text), page.text


@pytest.mark.parametrize("mode", ["hang", "reset", "html"])
def test_pages_that_need_no_livekit_are_there_all_the_same(broken: Broken, mode: Mode) -> None:
    broken.break_(mode)
    broken.get("/rooms")  # without a call of their own they show what the last one found
    for answer in at_once([partial(broken.get, path) for path in ALONE]):
        page = in_time(answer)
        assert page.status == (404 if answer.path == "/no/such/page" else 200)
        assert page.all("a", id="server", **{"data-state": "bad"})


@pytest.mark.parametrize(
    ("settings", "status", "reason"),
    [
        ({"livekit_api_secret": "wrong" * 8}, 502, "does not accept the API key"),
        ({"livekit_api_key": "APIwrong"}, 502, "does not accept the API key"),
    ],
    ids=["wrong secret", "wrong key"],
)
def test_a_wrong_key_is_said_and_never_shown(
    start_dashboard: Callable[..., Dashboard],
    ada: object,
    settings: dict[str, str],
    status: int,
    reason: str,
) -> None:
    dashboard = start_dashboard(livekit_timeout=TIMEOUT, **settings)
    visitor = dashboard.visitor()
    for path in PAGES:
        page = visitor.get(path)
        assert page.status == status, path
        assert reason in page.text
        assert not LIES.search(page.text), path
        assert not page.access_tokens
        assert settings.get("livekit_api_secret", "wrong secret") not in page.html


def test_a_refused_port_is_said(relay: Relay, start_dashboard: Callable[..., Dashboard]) -> None:
    relay.close()
    visitor = start_dashboard(livekit_url=relay.url, livekit_timeout=TIMEOUT).visitor()
    for path in PAGES:
        page = visitor.get(path)
        assert page.status == 503, path
        assert f"{relay.url.removeprefix('ws://')}: Connection refused." in page.text
        assert not LIES.search(page.text), path


def test_a_retry_opens_where_the_error_is(broken: Broken) -> None:
    broken.break_("broken")
    path = f"/egress/-/new?room={ROOM}&type=participant"
    dialog = {"HX-Request": "true", "HX-Source": "div#dialog-body"}
    for only, headers, in_dialog in (("", {}, False), ("&partial=1", dialog, True)):
        page = broken.get(path + only, **headers).page
        (retry,) = page.all("a", href=path, class_="btn btn-primary")
        assert ("data-dialog" in retry) is in_dialog


def test_it_recovers_by_itself(broken: Broken) -> None:
    for mode in ("reset", "hang", "garbage"):
        broken.break_(mode)
        assert broken.get("/rooms").page.status >= 502
        broken.break_("pass")
        for path in PAGES:
            wanted = 404 if "_fault" in path else 200
            assert broken.get(path).page.status == wanted, (mode, path)


def test_a_page_that_may_recover_polls_for_it(broken: Broken) -> None:
    broken.break_("reset")
    for path in ("/", "/rooms", "/rooms?q=fault"):
        address, _ = polled(broken.get(path).page)
        assert address.startswith(path)
        assert "partial=1" in address
    broken.break_("pass")
    assert polled(broken.get("/no/such/page").page) == ("", "")


def test_health_tells_the_difference_only_when_asked_deeply(broken: Broken) -> None:
    deep = "/health?deep=1"
    assert broken.get(deep).page.status == 200
    for mode in ("hang", "reset", "html"):
        broken.break_(mode)
        assert in_time(broken.get("/health")).status == 200
        answer = broken.get(deep)
        assert in_time(answer).status == 503
        assert answer.page.response.json() == {"status": "unavailable"}  # to anybody: no reason
