"""Security headers on every response: pages, fragments, redirects, files and all errors."""

import re
import secrets
from collections.abc import Callable

import pytest

from app.labels.terms import LIVEKIT_DOCS
from app.routes.files import CSP as RECORDING_CSP
from app.security.headers import CSP, PLAYER_CSP
from app.web.assets import FILE_CSP
from dev.stack import Stack
from tests.contracts.conftest import Answered
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen

EXPECTED = {
    "content-security-policy": CSP,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
TIMING = re.compile(r'([A-Za-z]+(;desc=(\w+|"\d+"))?;dur=\d+\.\d, )*total;dur=\d+\.\d')
ALLOWED = "https://ops.example"
# The pages whose own script talks to LiveKit, and those of them that use camera and microphone.
REACH = {"/rooms/{room}/watch", "/try", "/doctor"}
DEVICES = {"/try", "/doctor"}
# The page that plays a recording, and the recording itself, a file of somebody else's.
PLAYS = {"/conversations/{job}", "/recordings/{recording}"}
RECORDED = {
    "/conversations/{job}/recording",
    "/api/v1/conversations/{job}/recording",
    "/recordings/{recording}/file",
    "/api/v1/recordings/{recording}/file",
}


def missing(seen: Seen, **other: str) -> list[str]:
    """Return what a response lacks of what every response must have, some of it `other`wise."""
    wanted = EXPECTED | other
    found = [name for name, value in wanted.items() if seen.headers.get(name) != value]
    if not re.fullmatch("[0-9a-f]{16}", seen.headers.get("x-request-id", "")):
        found.append("x-request-id")
    if not TIMING.fullmatch(seen.headers.get("server-timing", "")):
        found.append("server-timing")
    is_page = "text/html" in seen.headers.get("content-type", "")
    if is_page and seen.headers.get("cache-control") != "no-store":
        found.append("cache-control")
    return found


@pytest.fixture(scope="module")
def others(start_dashboard: Callable[..., Dashboard], crashing: Dashboard) -> dict[str, Seen]:
    """Answers that the walk over all routes does not meet, by what they are."""
    dashboard = start_dashboard(allowed_hosts=("127.0.0.1",), allowed_origins=(ALLOWED,))
    admin = dashboard.visitor()
    lost = start_dashboard(livekit_url="ws://127.0.0.1:9").visitor()
    paused = start_dashboard(signin_tries_per_minute=1).visitor(password="wrong")
    paused.get("/")
    room = f"headers-{secrets.token_hex(4)}"
    style = next(link["href"] for link in admin.get("/").all("link", rel="stylesheet"))
    tag = admin.get(style).headers["etag"]
    poll = admin.get("/logout?partial=1")
    preflight = {"Origin": ALLOWED, "Access-Control-Request-Method": "POST"}
    unchanged = {"HX-PTag": poll.headers["hx-ptag"]}
    made = admin.send("/rooms/-/new", {"name": room, "csrf": admin.token()}, HX_Request="true")
    return {
        "200 fragment": poll,
        "200 file": admin.get(style),
        "200 export": admin.get("/rooms/-/export.json"),
        "200 health": admin.get("/health"),
        "200 preflight": Seen(admin.http.options("/rooms", headers=preflight)),
        "204": made,
        "303": admin.post(f"/rooms/{room}/delete"),
        "304 fragment": admin.get("/logout?partial=1", headers=unchanged),
        "304 file": admin.get(style, headers={"If-None-Match": tag}),
        "400 host": admin.get("/", headers={"Host": "evil.example"}),
        "404": admin.get("/nope"),
        "404 file": admin.get("/static/nope.css"),
        "404 room": admin.get("/rooms/no-such-room"),
        "405 file": admin.send(style, {}),
        "413": admin.send("/rooms/-/delete", {"q": "x" * 1_100_000}),
        "422": admin.get("/rooms?page=0"),
        "422 form": admin.post("/rooms/-/new", name=""),
        "429": paused.get("/"),
        "500": crashing.visitor().get("/crash"),
        "503": lost.get("/rooms"),
        "503 fragment": lost.get("/rooms?partial=1"),
        "503 health": lost.get("/health?deep=1"),
    }


def reaching(answered: Answered, stack: Stack) -> dict[str, str]:
    """Return the headers that only a page has whose own script talks to LiveKit."""
    page = answered.method in {"GET", "HEAD"} and answered.seen.status == 200
    if answered.place.template not in REACH or not page:
        return {}
    origins = f"connect-src 'self' {stack.url} {stack.url.replace('ws', 'http')}"
    headers = {"content-security-policy": CSP.replace("connect-src 'self'", origins)}
    if answered.place.template in DEVICES:
        headers["permissions-policy"] = (
            "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"
        )
    return headers


def own(answered: Answered, stack: Stack) -> dict[str, str]:
    """Return the headers that this response has of its own."""
    if answered.seen.status == 200 and answered.method in {"GET", "HEAD"}:
        if answered.place.template in RECORDED:
            return {"content-security-policy": RECORDING_CSP}
        if answered.place.template in PLAYS:
            return {"content-security-policy": PLAYER_CSP}
    return reaching(answered, stack)


def test_every_route_sends_them_to_everybody(walked: list[Answered], stack: Stack) -> None:
    lacking = {str(each): missing(each.seen, **own(each, stack)) for each in walked}
    assert {answered: names for answered, names in lacking.items() if names} == {}
    assert {each.place.template for each in walked if reaching(each, stack)} == REACH


def test_every_other_kind_of_answer_has_them(others: dict[str, Seen]) -> None:
    wrong = {kind: s.status for kind, s in others.items() if str(s.status) != kind.split()[0]}
    assert wrong == {}
    file = {"content-security-policy": FILE_CSP}
    files = {"200 file": file, "304 file": file}
    lacking = {kind: missing(seen, **files.get(kind, {})) for kind, seen in others.items()}
    assert {kind: names for kind, names in lacking.items() if names} == {}


def head_size(seen: Seen) -> int:
    """Return the bytes of a response's head."""
    return sum(len(name) + len(value) + 4 for name, value in seen.headers.raw)


def test_no_head_is_larger_than_a_proxy_takes(
    walked: list[Answered], others: dict[str, Seen]
) -> None:
    """nginx's proxy_buffer_size is 4 KB by default, and the first session cookie is in some."""
    sizes = {str(each): head_size(each.seen) for each in walked}
    sizes |= {kind: head_size(seen) for kind, seen in others.items()}
    assert max(sizes.values()) > 500
    assert {answered: size for answered, size in sizes.items() if size >= 4096} == {}


def test_whatever_is_no_file_is_kept_by_nobody(others: dict[str, Seen]) -> None:
    kept = {k for k, seen in others.items() if seen.headers["cache-control"] != "no-store"}
    assert kept == {"200 file", "304 file"}


def test_each_request_has_an_id_of_its_own(walked: list[Answered]) -> None:
    ids = [answered.seen.headers["x-request-id"] for answered in walked]
    assert len(set(ids)) == len(ids) > 100


def test_a_request_cannot_choose_its_id(others: dict[str, Seen], dashboard: Dashboard) -> None:
    with_id = dashboard.visitor().get("/health", headers={"X-Request-ID": "chosen"})
    assert with_id.headers["x-request-id"] != "chosen"
    assert with_id.headers.get_list("x-request-id") == [with_id.headers["x-request-id"]]


def test_pages_hold_nothing_that_the_policy_would_refuse(walked: list[Answered]) -> None:
    pages = [a for a in walked if "text/html" in a.seen.headers.get("content-type", "")]
    assert len({a.place.path for a in pages if a.seen.status == 200}) > 10
    for answered in pages:
        for tag, attributes in answered.seen.tags:
            bad = [
                n
                for n in attributes
                if n.removeprefix("data-").startswith(("on", "hx-on", "style"))
            ]
            assert bad == [], (str(answered), tag)
            if attributes.get("href", "").startswith(f"{LIVEKIT_DOCS}/"):
                assert (tag, attributes["rel"]) == ("a", "noreferrer noopener"), str(answered)
                continue
            for name in ("src", "href", "action", "formaction", "data-hx-get"):
                assert re.match(r"$|#|\?|/(?!/)", attributes.get(name, "")), (str(answered), tag)
        assert all(script.get("src") for script in answered.seen.all("script")), str(answered)
        assert answered.seen.all("style") == [], str(answered)
