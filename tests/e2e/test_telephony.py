"""Trunks, the route tester and definitions in the browser: one way through each."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.test_narrow import wider
from tests.routes.asked import Ask, phone_number
from tests.routes.sip.trunks import all_trunks, make_rule, own_name

part = own_name("tel")


def test_a_trunk_is_made_changed_and_deleted(page: Page, livekit: Ask, part: str) -> None:
    page.goto("/sip/trunks/-/new?kind=inbound")
    page.get_by_role("textbox", name="Name", exact=True).fill(part)
    page.locator("#f-numbers").fill(phone_number())
    page.get_by_role("button", name="Create trunk").click()
    expect(page.get_by_role("heading", level=1, name=part)).to_be_visible()
    page.locator(".page-head").get_by_role("link", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill(f"{part}-b")
    dialog.locator("form button.btn-primary").click()
    expect(dialog.locator(".differences")).to_contain_text(f"{part}-b")
    dialog.locator("form button.btn-primary").click()
    expect(page.get_by_role("heading", level=1, name=f"{part}-b")).to_be_visible()
    page.locator(".page-head").get_by_role("link", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete trunk").click()
    expect(page.locator(".notice.ok")).to_contain_text("was deleted")
    assert not all_trunks(livekit, part)


def test_a_route_is_tested_from_its_trunk(
    page: Page, livekit: Ask, make_trunk: Callable[..., Any], part: str
) -> None:
    trunk = make_trunk(name=part)
    make_rule(livekit, part, [trunk.sip_trunk_id], inbound_numbers=[])
    page.goto(f"/sip/trunks/{trunk.sip_trunk_id}")
    page.get_by_role("link", name="Test a call").click()
    expect(page.get_by_role("textbox", name="Called number")).to_have_value(trunk.numbers[0])
    page.get_by_role("textbox", name="Caller's number").fill("+15550100")
    page.get_by_role("button", name="Test route").click()
    expect(page.locator(".notice.ok")).to_contain_text(f"The caller joins the room {part}.")
    assert problems_everywhere(page) == {}
    assert wider(page) == []


def test_definitions_are_imported_as_they_were_shown(page: Page, livekit: Ask, part: str) -> None:
    page.goto("/sip/definitions")
    trunk = f'{{"name": "{part}", "numbers": ["{phone_number()}"]}}'
    head = '"format": "livekit-dashboard sip definitions", "version": 1'
    page.locator("#f-definitions").fill(f'{{{head}, "inbound_trunks": [{trunk}]}}')
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".planned")).to_contain_text(part)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 1 definition imported")
    assert len(all_trunks(livekit, part)) == 1
