"""What the documentation shows: each picture, the page it is of, and the way to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

PATIENCE_MS = 60_000


def _nothing(_page: Page) -> None:
    """Take the page as it opens."""


def _row(text: str) -> Callable[[Page], None]:
    """Follow the name in the first row that has `text`."""

    def follow(page: Page) -> None:
        page.locator("tbody tr").filter(has_text=text).first.locator("td.name a").first.click()
        page.wait_for_load_state("networkidle")

    return follow


def _token(page: Page) -> None:
    page.get_by_role("link", name="Viewer").click()
    page.get_by_role("textbox", name="Identity").fill("eve")
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("heading", name="Token for eve").wait_for()


def _decoded(page: Page) -> None:
    _token(page)
    page.get_by_role("button", name="Check token").click()
    page.get_by_role("status").first.wait_for()


def _joined(page: Page) -> None:
    page.get_by_role("textbox", name="Identity").fill("eve")
    page.get_by_role("button", name="Create token").click()
    token = page.get_by_role("textbox", name="Token").input_value()
    page.goto("/try")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Join").click()
    page.locator("[data-try][data-state=joined]").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Camera").click()
    _plays(page, 2)  # others are out of view, so they are paused


def _watched(page: Page) -> None:
    page.get_by_role("button", name="Start watching").click()
    page.locator("[data-watch][data-state=joined]").wait_for(timeout=PATIENCE_MS)
    _plays(page, 2)  # the third one is out of view, so it is paused


def _plays(page: Page, number: int) -> None:
    there = "n => [...document.querySelectorAll('video')].filter(v => v.videoWidth).length >= n"
    page.wait_for_function(there, arg=number, timeout=PATIENCE_MS)
    # a chart needs more than one figure: wait until there are some
    page.wait_for_timeout(8_000)


def _checked(page: Page) -> None:
    page.get_by_role("button", name="Run checks").click()
    page.get_by_text("No check failed.").wait_for(timeout=2 * PATIENCE_MS)


def _verified(page: Page) -> None:
    page.get_by_label("Event").select_option("participant_joined")
    page.get_by_role("button", name="Generate sample").click()
    header, body = (
        page.get_by_role("button", name=name).get_attribute("data-copy") or ""
        for name in ("Copy header", "Copy body")
    )
    page.goto("/webhooks/-/verify")
    page.get_by_label("Authorization header").fill(header)
    page.get_by_label("Body").fill(body)
    page.get_by_role("button", name="Verify").click()
    page.locator(".notice.ok").wait_for()


def _planned(page: Page) -> None:
    stored = page.request.get("/sip/definitions/-/export.json").json()
    rule = stored["dispatch_rules"][0]
    rule["attributes"] = {"queue": "escalated", "language": "en"}
    page.get_by_label("Or paste JSON").fill(json.dumps(stored))
    page.get_by_role("button", name="Review changes").click()
    page.locator("dl.differences").wait_for()


def _searched(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("textbox").press_sequentially("sta")
    page.locator("#found[data-q=sta]").wait_for()


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the page to open, and what to do there first."""

    name: str
    path: str
    way: Callable[[Page], None] = _nothing
    narrow: bool = False


PICTURES = (
    Picture("overview", "/", narrow=True),
    Picture("rooms", "/rooms", narrow=True),
    Picture("room", "/rooms/standup", narrow=True),
    Picture("participants", "/participants"),
    Picture("participant", "/rooms/standup/participants/grace"),
    Picture("egress", "/egress"),
    Picture("egress-job", "/egress", _row("failed")),
    Picture("egress-new", "/egress/-/new?room=standup"),
    Picture("ingress", "/ingress"),
    Picture("ingress-one", "/ingress", _row("Main stage")),
    Picture("calls", "/sip/calls"),
    Picture("trunk", "/sip/trunks", _row("Main numbers")),
    Picture("rules", "/sip/rules"),
    Picture("route", "/sip/route?caller=%2B15550100123&called=%2B15550100999"),
    Picture("definitions", "/sip/definitions", _planned),
    Picture("token", "/sandbox?room=standup", _token),
    Picture("token-check", "/sandbox?room=standup", _decoded),
    Picture("agents", "/agents?room=standup&room=townhall"),
    Picture("webhook", "/webhooks/-/sample", _verified),
    Picture("settings", "/settings"),
    Picture("search", "/", _searched),
    Picture("watch", "/rooms/standup/watch", _watched),
    Picture("try", "/sandbox?room=standup", _joined),
    Picture("doctor", "/doctor", _checked),
)
# taken last, because LiveKit is stopped for it
OUTAGE = Picture("outage", "/rooms/standup")
