"""Another site in Chromium: its links open pages, and it can't embed or fetch any."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from structlog.testing import capture_logs

from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.waiting import until


@pytest.fixture(scope="module")
def other_site(dashboard: Dashboard) -> Iterator[str]:
    """The address of a page on another site, which links to the dashboard."""
    html = f'<!doctype html><title>Chat</title><a href="{dashboard.url}/rooms">Look at this</a>'

    class Chat(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def chat(browser: Browser, other_site: str) -> Iterator[Page]:
    """The page, in a browser that knows the password."""
    context = browser.new_context(http_credentials={"username": "admin", "password": PASSWORD})
    page = context.new_page()
    page.goto(other_site)
    yield page
    context.close()


def test_a_link_opens_a_page_that_works(chat: Page) -> None:
    chat.get_by_role("link", name="Look at this").click()
    expect(chat.get_by_role("heading", level=1)).to_have_text("Rooms")
    with chat.expect_response(lambda response: "partial=1" in response.url) as refresh:
        pass
    assert refresh.value.status in {200, 304}


EMBEDDED = {
    "a fetch": "url => { fetch(url, {mode: 'no-cors', credentials: 'include'}).catch(() => 0) }",
    "an image": "url => { document.body.append(Object.assign(new Image(), {src: url})) }",
    "a script": "url => { document.body.append("
    "Object.assign(document.createElement('script'), {src: url})) }",
    "a frame": "url => { document.body.append("
    "Object.assign(document.createElement('iframe'), {src: url})) }",
    "an object": "url => { document.body.append("
    "Object.assign(document.createElement('object'), {data: url})) }",
}


@pytest.mark.parametrize("script", EMBEDDED.values(), ids=EMBEDDED.keys())
def test_it_can_embed_nothing(chat: Page, dashboard: Dashboard, script: str) -> None:
    path = "/rooms"
    # Chromium hides the answer even from Playwright, so it is read from the log
    with capture_logs() as lines:
        chat.evaluate(script, f"{dashboard.url}{path}")
        until(lambda: [line for line in lines if line.get("path") == path])
    answers = [line for line in lines if line["event"] == "request"]
    assert [(line["status"], line["livekit"]) for line in answers] == [(403, [])]
