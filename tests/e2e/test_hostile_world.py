"""One of everything with a name that attacks, through every page of the dashboard, 360 wide."""

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from livekit import api
from markupsafe import escape
from playwright.sync_api import Page, expect

from dev.guests import Guise
from dev.stack import Stack
from tests.contracts.surface import Place, places
from tests.e2e.conftest import NARROW, PATIENCE_MS, Join, OpenPage
from tests.e2e.test_hostile_names import nothing_ran
from tests.e2e.test_narrow import wider
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.world import world

UNFOLD = "document.querySelectorAll('main details:not(.menu)').forEach((e) => (e.open = true))"
RUN = "window.ran=1"
NAME = (
    f"{secrets.token_hex(2)}{'W' * 36}"
    f"\"><img src=x onerror='{RUN}'><script>{RUN}</script>'+({RUN})+'"
    "{{7*7}}${7*7}<%=7*7%>\u202egnp\u202c\0\1\x1b[31m\u2028a/b?c=d#e&amp;javascript:"
).ljust(220, "w")
SEEN = "<script>window.ran=1</script>"  # of the name, as a page says it
PARTS = ("{room}", "{identity}", "{ingress}", "{trunk}", "{rule}", "{dispatch}")
# Pages that are asked something in their address, and the words of it that are texts.
ASKED = {
    "/search": ("q",),
    "/rooms": ("q",),
    "/egress": ("q", "room"),
    "/ingress": ("q",),
    "/agents": ("q", "room"),
    "/sip/calls": ("q",),
    "/sip/trunks": ("q",),
    "/sip/rules": ("q",),
    "/sip/route": ("caller", "called", "source", "host"),
    "/sandbox": ("room", "identity", "name"),
    "/agents/-/dispatch": ("room",),
    "/egress/-/new": ("room",),
    "/egress/-/preview": ("room", "filepath", "s3_bucket"),
    "/ingress/-/new": ("room",),
    "/sip/calls/-/new": ("room", "to"),
}


@pytest.fixture
def surface(
    stack: Stack, dashboard: Dashboard, worker: ThreadPoolExecutor, join: Join
) -> Iterator[list[Place]]:
    """Every place of the dashboard about things of that name, and somebody of that name there."""
    made = world(stack, NAME, NAME)
    there = worker.submit(made.__enter__).result(30)
    own = {NAME: NAME} | dict.fromkeys(("sip.phoneNumber", "sip.callStatus", "sip.callID"), NAME)
    guise = Guise(name=NAME, metadata=NAME * 200, attributes=own, audio=True, kind="sip")
    guise["tracks_named"] = NAME
    join(NAME, NAME, **guise).publish("microphone", tracks_named=NAME)
    yield places(dashboard.app, **there.names(NAME))
    worker.submit(made.__exit__, None, None, None).result(30)


def harmless(page: Page, address: str) -> None:
    """Open a page, and check that nothing of the name runs, makes an element or pushes it apart."""
    page.goto(address)
    nothing_ran(page)
    assert page.title().endswith("LiveKit Dashboard"), address
    page.evaluate(UNFOLD)
    assert wider(page) == [], address


def test_every_page_that_says_the_name(
    open_page: OpenPage, dashboard: Dashboard, surface: list[Place]
) -> None:
    page, visitor = open_page(viewport=NARROW), dashboard.visitor()
    for place in surface:
        if "GET" not in place.guards:
            continue
        query = urlencode(dict.fromkeys(ASKED.get(place.template, ()), NAME))
        seen = visitor.get(f"{place.path}?{query}")
        assert seen.status == 200, place.template
        said = str(escape(SEEN)) in seen.html
        assert said or not ({*PARTS} & {*place.template.split("/")}), place.template
        if said and "text/html" in seen.headers["content-type"]:
            harmless(page, f"{place.path}?{query}")


def test_what_is_typed_and_said_back(open_page: OpenPage, stack: Stack, watch: Watch) -> None:
    grants = api.VideoGrants(room_join=True, room=NAME)
    token = api.AccessToken(stack.api_key, stack.api_secret).with_identity(NAME).with_name(NAME)
    token = token.with_metadata(NAME).with_attributes({NAME: NAME}).with_grants(grants)
    event = json.dumps({"event": NAME, "room": {"name": NAME, "metadata": NAME}})
    page = open_page(viewport=NARROW)
    watch.expect_status(422)
    for path, button, typed in (
        ("/sandbox", "Create token", {"room": NAME, "identity": NAME, "metadata": NAME}),
        ("/sandbox/decode", "Decode token", {"token": token.to_jwt()}),
        ("/sandbox/decode", "Decode token", {"token": f"{NAME} as a token"}),
        ("/webhooks/-/verify", "Verify", {"body": event, "authorization": NAME}),
        ("/webhooks/-/sample", "Generate sample", {"room": NAME}),
        ("/sip/definitions", "Review changes", {"definitions": NAME}),
        ("/sip/trunks/-/new", "Create trunk", {"name": NAME, "numbers": "", "metadata": NAME}),
    ):
        page.goto(path)
        page.evaluate(UNFOLD)
        for field, text in typed.items():
            page.locator(f"main #f-{field}").fill(text)
        page.locator("main").get_by_role("button", name=button, exact=True).click()
        expect(page.locator("main")).to_contain_text("window.ran=1", timeout=PATIENCE_MS)
        nothing_ran(page)
        page.evaluate(UNFOLD)
        assert wider(page) == [], path
