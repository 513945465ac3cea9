"""The operator's first minute: what is wrong is on the overview, one click from where it is."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from dev.workers import Standin
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, Join, OpenPage
from tests.e2e.test_hostile_names import HOSTILE, nothing_ran
from tests.e2e.test_narrow import wider
from tests.support.dashboard import Dashboard


def failed_job(livekit: Callable[..., Any], standin: Standin, error: str) -> str:
    """Let one egress job fail, and give its id."""
    web = api.WebEgressRequest(
        url=f"https://example.com/{secrets.token_hex(4)}",
        file_outputs=[api.EncodedFileOutput(filepath="a")],
    )
    job = str(livekit("egress.start_web_egress", web).egress_id)
    standin.end(job, "failed", error=error)
    return job


def attention(page: Page) -> Any:
    """Return the panel of what needs attention."""
    return page.get_by_role("region", name="Needs attention")


def test_failed_recordings_are_one_click_away(
    open_page: OpenPage, quick: Dashboard, livekit: Callable[..., Any], standin: Standin
) -> None:
    jobs = [failed_job(livekit, standin, "upload failed: 403") for _ in range(2)]
    page = open_page("/", at=quick.url)
    line = attention(page).get_by_role("listitem").filter(has_text="egress jobs failed")
    expect(line).to_contain_text("Failed")
    expect(line).to_contain_text("Recorded, but the upload failed.")
    expect(line.locator("time")).to_have_text(re.compile("just now|ago"))
    line.get_by_role("link", name=re.compile(r"\d+ egress jobs failed")).click()
    expect(page).to_have_url(re.compile(r"/egress\?status=failed$"))
    for job in jobs:
        expect(page.locator(f"tr#{job}")).to_be_visible()


def test_a_problem_appears_and_goes_while_the_page_is_open(
    open_page: OpenPage,
    empty: Dashboard,
    ask_empty: Callable[..., Any],
) -> None:
    page = open_page("/", at=empty.url)
    panel = attention(page)
    expect(panel).not_to_contain_text("Night desk")
    into = api.SIPDispatchRuleDirect(room_name="desk")
    rule = api.SIPDispatchRuleInfo(
        name="Night desk", rule=api.SIPDispatchRule(dispatch_rule_direct=into)
    )
    request = api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
    made = ask_empty("sip.create_dispatch_rule", request).sip_dispatch_rule_id
    expect(panel).to_contain_text("Rule Night desk has a warning: open to strangers")
    expect(panel).not_to_contain_text("All clear")
    gone = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=made)
    ask_empty("sip.delete_dispatch_rule", gone)
    expect(panel).not_to_contain_text("Night desk")
    expect(panel).to_contain_text("All clear")
    assert problems_everywhere(page) == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_the_order_of_the_rooms_is_a_link(
    open_page: OpenPage, make_room: Callable[..., str], scripts: bool
) -> None:
    name = make_room()
    page = open_page("/", java_script_enabled=scripts)
    page.get_by_role("group", name="Rooms to show").get_by_role("link", name="Newest").click()
    expect(page).to_have_url(re.compile(r"/\?rooms=newest$"))
    expect(page.get_by_role("link", name="Newest")).to_have_attribute("aria-current", "true")
    page.get_by_role("row", name=name).get_by_role("link", name=name).click()
    expect(page).to_have_url(re.compile(f"{re.escape(room_path(name))}$"))


@pytest.mark.parametrize("kind", ["script", "attribute", "turned around"])
def test_hostile_names_of_full_rooms_and_ingresses_are_only_shown(
    open_page: OpenPage,
    make_room: Callable[..., str],
    make_ingress: Callable[..., Any],
    standin: Standin,
    join: Join,
    kind: str,
) -> None:
    name = f"{HOSTILE[kind]}{secrets.token_hex(4)}"  # another test may have a room with that name
    make_room(name, max_participants=1)
    join(name, "ada")
    info = make_ingress(name=name, room_name=name)
    standin.publish(info.stream_key)
    standin.end_stream(info.ingress_id, f"broken by {name}")
    page = open_page("/?rooms=newest", viewport=NARROW)
    mark = page.locator("tr", has=page.locator(f"a[href='{room_path(name)}']")).locator(".tag.warn")
    for _ in range(20):  # LiveKit counts within 5 s
        if mark.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(mark.first).to_be_visible()
    nothing_ran(page)
    assert wider(page) == []
    expect(attention(page)).to_contain_text("in error")
    assert problems_everywhere(page) == {}
