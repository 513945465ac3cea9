"""Dispatch rules in the browser: made in the dialog as form and JSON, changed, and deleted."""

from playwright.sync_api import Page, expect

from tests.e2e.axe import problems, problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.test_narrow import wider
from tests.e2e.watch import Watch
from tests.routes.asked import Ask, phone_number
from tests.routes.sip.rules import FULL, NEW, path_of
from tests.routes.sip.trunks import own_name

name = own_name("browser")


def test_is_made_in_both_views_changed_and_deleted(page: Page, name: str, watch: Watch) -> None:
    watch.expect_status(422)
    page.goto("/sip/rules")
    page.locator(".page-head").get_by_role("link", name="New rule").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Room", exact=True)).to_be_hidden()
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Type").select_option("direct")
    expect(dialog.get_by_label("Room prefix")).to_be_hidden()
    dialog.get_by_label("Room", exact=True).fill("lobby")
    dialog.get_by_role("button", name="Edit as JSON").click()
    text = dialog.get_by_label("Rule as JSON")
    typed = text.input_value()
    assert f'"name": "{name}"' in typed
    text.fill(typed.replace('"lobby"', '"lobby",'))
    dialog.get_by_role("button", name="Edit as form").click()
    expect(dialog.locator("p.error")).to_contain_text("line 5")
    text.fill(
        typed.replace('"lobby"', f'"lobby"}}}}, "numbers": ["{phone_number()}"], "x": {{"y": {{')
    )
    dialog.get_by_role("button", name="Create rule").click()
    expect(dialog.locator("p.error")).to_contain_text("x: there is no such field")
    text.fill(typed.replace('"name"', f'"numbers": ["{phone_number()}"], "name"'))
    dialog.get_by_role("button", name="Edit as form").click()
    expect(dialog.get_by_label("Room", exact=True)).to_have_value("lobby")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()  # what was typed is not saved yet
    dialog.get_by_role("button", name="Create rule").click()
    expect(page.locator(".notice.ok")).to_contain_text(f"Dispatch rule {name} was created.")
    page.get_by_role("link", name="Edit", exact=True).click()
    dialog.get_by_label("Room", exact=True).fill("hall")
    dialog.get_by_role("button", name="Review changes").click()
    expect(dialog.locator("dl.differences")).to_contain_text("lobby")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="hall")).to_be_visible()
    page.get_by_role("link", name="Delete…").click()
    dialog.get_by_role("button", name="Delete rule").click()
    expect(page.locator(".notice.ok")).to_contain_text(f"Dispatch rule {name} was deleted.")


def test_works_without_javascript(open_page: OpenPage, name: str) -> None:
    page = open_page(NEW, java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill(name)
    page.locator("summary", has_text="Matching calls").click()
    page.get_by_label("Called numbers").fill(phone_number())
    page.get_by_role("button", name="Edit as JSON").click()
    text = page.get_by_label("Rule as JSON")
    text.fill(text.input_value().replace('"call"', '"desk"'))
    page.get_by_role("button", name="Edit as form").click()
    assert page.get_by_label("Room prefix").input_value() == "desk"
    page.get_by_label("Room prefix").press("Enter")  # creates, and does not change the view
    assert f"Dispatch rule {name} was created." in page.locator(".notice.ok").inner_text()


def test_axe_finds_nothing_and_nothing_is_cut_off(
    open_page: OpenPage, make_dispatch_rule: Ask, make_trunk: Ask, watch: Watch
) -> None:
    watch.expect_status(422)
    long = "w" * 256
    trunk = make_trunk(name=long)
    own = {"trunk_ids": [trunk.sip_trunk_id, "ST_gone"], "attributes": {long: long}}
    info = make_dispatch_rule(**FULL | own | {"name": long, "hide_phone_number": True})
    page = open_page()
    for path in ("/sip/rules", path_of(info)):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
        assert wider(page) == [], path
    for path in (path_of(info, "edit"), path_of(info, "edit?view=json")):
        page.goto(path)
        for summary in page.locator("main details.more > summary").all():
            summary.click()
        assert problems(page) == [], path
        assert wider(page) == [], path
    page.goto(NEW)
    page.get_by_label("Type").select_option("direct")
    page.get_by_role("button", name="Create rule").click()
    page.locator("[aria-invalid]").first.wait_for()
    assert problems(page) == []
