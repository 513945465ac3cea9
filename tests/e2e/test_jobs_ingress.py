"""Job: send OBS to a room."""

from livekit import api
from playwright.sync_api import expect

from dev.workers import Standin
from tests.e2e.clicks import Clicks
from tests.e2e.conftest import OpenPage
from tests.e2e.test_copy import READ, allow
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard


def test_connect_an_encoder(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    page = open_page(at=quick.url)
    allow(page)
    clicks = Clicks(page)
    page.goto("/ingress")
    page.locator(".page-head").get_by_role("link", name="New ingress").click()
    dialog = page.get_by_role("dialog", name="New ingress")
    dialog.get_by_role("combobox", name="Room").fill(room)
    dialog.get_by_role("textbox", name="Identity").fill("obs")
    dialog.get_by_role("button", name="Create ingress").click()
    page.get_by_role("button", name="Copy the server URL").click()
    server = page.evaluate(READ)
    page.get_by_role("button", name="Copy the stream key").click()
    key = page.evaluate(READ)
    assert clicks.count == 4
    items = livekit("ingress.list_ingress", api.ListIngressRequest(room_name=room)).items
    assert [(info.url, info.stream_key) for info in items] == [(server, key)]
    # the page follows the encoder without a click
    expect(page.locator(".page-head .tag")).to_have_text("inactive")
    standin.publish(key)
    expect(page.locator(".page-head .tag")).to_have_text("publishing")
    assert clicks.count == 4
    livekit("ingress.delete_ingress", api.DeleteIngressRequest(ingress_id=items[0].ingress_id))
