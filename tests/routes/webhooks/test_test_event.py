"""A test event: signed, sent over HTTP to the dashboard's own address, and what came of it."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor

TEST = "/webhooks/-/test"


def test_it_arrives_in_this_process(fresh: Dashboard) -> None:
    admin = fresh.visitor()
    form = admin.get(TEST)
    assert f"{fresh.url}/hooks/livekit" in form.text
    page = admin.post(TEST)
    assert page.status == 200
    assert "Received. It was signed, sent, verified and received." in page.text
    assert "event EV_test_" in page.text
    feed = admin.get("/webhooks")
    assert "Last test event just now" in feed.text
    assert "No events yet" in feed.text  # LiveKit has sent none


def test_it_arrives_in_the_store(stored: Dashboard) -> None:
    admin = stored.visitor()
    assert "Received. It was signed" in admin.post(TEST).text
    listed = admin.get("/webhooks/-/events").text
    assert "dashboard_test test" in listed
    assert "dashboard_test" not in admin.get("/webhooks").text


class Answer(BaseHTTPRequestHandler):
    """Gives the answer of its server."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[HTTPServer]:
    """A server at the dashboard's public address that is not the dashboard."""
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


ANSWERS = {
    "another dashboard": ((200, {}, b""), "Not found here"),
    "a sign-in page": ((200, {}, b"<b>Sign in</b>"), "Odd answer"),
    "a redirect": ((301, {"Location": "https://new.example/hooks"}, b""), "Redirected"),
    "a proxy's sign-in": ((401, {}, b""), "Refused"),
    "no such path": ((404, {}, b""), "Wrong address"),
    "a busy database": ((503, {}, b'{"detail": "locked"}'), "Not stored"),
    "an odd status": ((418, {}, b""), "Odd answer"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_went_wrong_is_said(
    start_dashboard: Callable[..., Dashboard], proxy: HTTPServer, name: str
) -> None:
    answer, words = ANSWERS[name]
    proxy.answer = answer  # type: ignore[attr-defined]
    dashboard = start_dashboard(public_url=f"http://127.0.0.1:{proxy.server_port}")
    page = dashboard.visitor().post(TEST)
    assert page.status == 200
    assert f"{words}." in page.text
    assert f"Status {answer[0]} after" in page.text
    assert "<b>Sign in</b>" not in page.html
    if answer[0] == 301:
        assert "https://new.example/hooks" in page.text


def test_an_address_that_nobody_answers(start_dashboard: Callable[..., Dashboard]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dashboard = start_dashboard(public_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        page = dashboard.visitor().post(TEST)
    assert "Unreachable. No connection to the address could be made." in page.text


def test_a_certificate_that_is_not_trusted(
    start_dashboard: Callable[..., Dashboard], fresh: Dashboard
) -> None:
    dashboard = start_dashboard(public_url=fresh.url.replace("http:", "https:"))
    page = dashboard.visitor().post(TEST)
    assert "Not trusted." in page.text or "Unreachable." in page.text


def test_refuses_who_may_not(guarded: Callable[..., None]) -> None:
    guarded(TEST)


def test_a_reader_gets_no_button(reader: Visitor) -> None:
    page = reader.get("/webhooks")
    assert page.status == 200
    assert "Send a test event" not in page.text
    assert reader.get(TEST).status == 403
