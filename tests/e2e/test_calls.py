"""Calls in the browser: dialled from the dialog, seen to ring, refused, and hung up."""

import re
from collections.abc import Iterator

import pytest
from livekit import api
from playwright.sync_api import Locator, Page, expect

from app.text.paths import call_path
from dev.plans import SIPStatus
from dev.workers import Standin
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.watch import Watch
from tests.routes.asked import Ask, people, phone_number
from tests.support.waiting import until

ATTRIBUTES = {
    "sip.callID": "SCL_axe",
    "sip.callStatus": "active",
    "sip.phoneNumber": "+15550100",
    "sip.trunkPhoneNumber": "+15550199",
    "sip.trunkID": "ST_axe",
    "sip.ruleID": "SDR_axe",
}


@pytest.fixture(scope="module")
def trunk(livekit: Ask) -> Iterator[str]:
    """The label of an outbound trunk."""
    info = api.SIPOutboundTrunkInfo(
        name="Browser trunk", address="sip.example.com", numbers=["+15550000002"]
    )
    made = livekit("sip.create_outbound_trunk", api.CreateSIPOutboundTrunkRequest(trunk=info))
    yield "Browser trunk (+15550000002)"
    gone = api.DeleteSIPTrunkRequest(sip_trunk_id=made.sip_trunk_id)
    livekit("sip.delete_trunk", gone)


def dial(page: Page, number: str, room: str, trunk: str) -> Locator:
    """Fill in the dialog that dials out, and give it."""
    page.goto("/sip/calls")
    page.locator(".page-head").get_by_role("link", name="Dial out").click()
    dialog = page.get_by_role("dialog", name="Dial out")
    dialog.get_by_role("textbox", name="Number to call").fill(number)
    dialog.get_by_label("Trunk", exact=True).select_option(label=trunk)
    dialog.get_by_role("combobox", name="Room").fill(room)
    return dialog


def test_waits_and_says_so_until_it_is_answered(
    page: Page, room: str, trunk: str, standin: Standin
) -> None:
    number = phone_number()
    standin.plan_call(number, answer_after=1.5)
    dialog = dial(page, number, room, trunk)
    note = dialog.locator("[data-waiting]")
    expect(note).to_be_hidden()
    dialog.get_by_role("button", name="Dial").click()
    expect(note).to_contain_text("Ringing. Waiting for an answer.")
    expect(page.locator(".notice.ok")).to_contain_text(f"{number} answered.")
    expect(page.locator(".page-head .tag")).to_have_text("active")


def test_refused_it_says_why_and_keeps_what_was_typed(
    page: Page, room: str, trunk: str, standin: Standin, watch: Watch
) -> None:
    number = phone_number()
    standin.plan_call(number, decline=SIPStatus(486))
    watch.expect_status(409)
    dialog = dial(page, number, room, trunk)
    dialog.get_by_role("button", name="Dial").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The line is busy. (486 Busy Here)")
    expect(dialog.get_by_role("textbox", name="Number to call")).to_have_value(number)
    expect(dialog.get_by_role("combobox", name="Room")).to_have_value(room)
    expect(dialog.locator("[data-waiting]")).to_be_hidden()


def test_its_page_follows_the_call_by_itself(
    page: Page, room: str, trunk: str, standin: Standin
) -> None:
    number = phone_number()
    standin.plan_call(number, answer_after=2)
    dialog = dial(page, number, room, trunk)
    dialog.get_by_role("checkbox", name="Wait until answered").uncheck()
    dialog.get_by_role("button", name="Dial").click()
    status = page.locator(".page-head .tag")
    expect(status).to_have_text(re.compile("dialing|ringing"))
    expect(status).to_have_text("active")
    page.get_by_role("link", name="Hang up…").click()
    page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    expect(page.locator(".notice.ok")).to_contain_text("was ended.")


def test_a_trunk_of_the_call_s_own_shows_its_fields(page: Page, trunk: str) -> None:
    page.goto("/sip/calls/-/new")
    address = page.get_by_role("textbox", name="Address", exact=True)
    expect(address).to_be_hidden()
    page.get_by_label("Trunk", exact=True).select_option("own")
    expect(address).to_be_visible()


def test_hangs_up_the_ticked_calls(
    page: Page, room: str, join: Join, livekit: Ask, watch: Watch
) -> None:
    join(room, "caller", kind="sip", attributes=ATTRIBUTES)
    join(room, "second", kind="sip", attributes=ATTRIBUTES | {"sip.phoneNumber": "+15550101"})
    join(room, "stays")
    page.goto(f"/sip/calls?q={room}")
    page.get_by_label("Select all on this page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    page.get_by_role("button", name="Hang up…", exact=True).click()
    dialog = page.get_by_role("dialog", name="Hang up 2 calls?")
    expect(dialog.locator(".results li")).to_contain_text([room, room])
    assert problems_everywhere(page) == {}
    dialog.get_by_role("button", name="Hang up 2 calls").click()
    number = dialog.get_by_role("textbox", name="Type 2, the number of calls, to confirm")
    expect(number).to_be_focused()
    number.fill("2")
    dialog.get_by_role("button", name="Hang up 2 calls").click()
    expect(page.get_by_role("dialog", name="2 of 2 calls hung up")).to_be_visible()
    until(lambda: {*people(livekit, room)} == {"stays"})
    page.get_by_role("dialog").get_by_role("link", name="Back to the calls").click()
    expect(page.get_by_text("No matching calls").or_(page.get_by_text("No active"))).to_be_visible()
    watch.expect_status(422)


def test_axe_finds_nothing_and_nothing_is_cut_off(
    open_page: OpenPage, join: Join, room: str, trunk: str
) -> None:
    join(room, "caller", kind="sip", attributes=ATTRIBUTES)
    page = open_page()
    at = call_path(room, "caller")
    for path in (
        f"/sip/calls?q={room}",
        "/sip/calls?q=no-call-has-this",
        at,
        f"{at}/transfer",
        f"{at}/end",
        "/sip/calls/-/new",
    ):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.set_viewport_size({"width": 1280, "height": 800})


def test_works_without_javascript(
    open_page: OpenPage, room: str, trunk: str, standin: Standin
) -> None:
    number = phone_number()
    standin.plan_call(number)
    page = open_page("/sip/calls", java_script_enabled=False)
    page.locator(".page-head").get_by_role("link", name="Dial out").click()
    page.get_by_label("Number to call").fill(number)
    page.get_by_label("Trunk", exact=True).select_option(label=trunk)
    page.get_by_label("Room", exact=True).fill(room)
    page.get_by_role("button", name="Dial").click()
    assert f"{number} answered." in page.locator(".notice.ok").inner_text()
    page.get_by_role("link", name="Hang up…").click()
    page.get_by_role("button", name="Hang up").click()
    assert "was ended." in page.locator(".notice.ok").inner_text()
