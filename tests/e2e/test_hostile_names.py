"""Names that attack: shown as they are, said, sent; test_hostile_world.py has every page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from app.text.formatters import visible
from app.text.paths import room_path
from dev.workers import Standin
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.jobs import start
from tests.e2e.people import act, choose
from tests.support.dashboard import Dashboard

HOSTILE = {
    "script": "<script>window.ran = 1; alert(1)</script>",
    "attribute": '"><img src=x onerror="window.ran = 1; alert(1)">',
    "string": "'+(window.ran = 1, alert(1))+'",
    "template": "{{7*7}}${7*7}<%= 7*7 %>",
    "turned around": "a\u202egnp.exe\u202c \u200f",
    "long": "é" * 128,
    "url": "javascript:alert(1)//?a=1&b=2#c",
}


def as_is(found: Locator, name: str) -> None:
    """Check that the first of what is found shows exactly the name, hidden characters too."""
    expect(found.first).to_be_attached()
    assert found.first.evaluate("element => element.textContent") == visible(name)


def nothing_ran(page: Page) -> None:
    """Check that no script of a name has run, nor made an element."""
    assert page.evaluate("window.ran") is None
    assert page.locator("img, script:not([src])").count() == 0


def test_lists_and_room_pages(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str], join: Join
) -> None:
    for name in HOSTILE.values():
        make_room(name, metadata=name)
        join(name, name, name=name, metadata=name, attributes={name: name})
    page = open_page(at=quick.url)
    for path in ("/?rooms=newest", "/rooms?per_page=200", "/rooms?sort=-created"):
        page.goto(path)
        for name in HOSTILE.values():
            as_is(page.locator(f"td.name a[href='{room_path(name)}'] bdi"), name)
        nothing_ran(page)
    for name in HOSTILE.values():
        page.get_by_role("searchbox").fill(name)
        row = page.locator("tr", has=page.locator(f"a[href='{room_path(name)}']"))
        expect(page.locator("tbody tr")).to_have_count(1)
        as_is(row.locator("td.name a bdi"), name)
        as_is(row.locator("td.meta bdi"), name if len(name) <= 120 else f"{name[:120]}…")
    for name in map(HOSTILE.__getitem__, ("template", "turned around", "long")):
        page.goto(room_path(name))
        assert page.title() == f"{visible(name)} · LiveKit Dashboard"
        as_is(page.locator("h1 bdi"), name)
        as_is(page.locator("td.person bdi"), name)
        page.get_by_role("link", name="Details of").click()
        as_is(page.locator(".opened pre.meta"), name)
        as_is(page.locator(".opened .facts dt bdi"), name)
        nothing_ran(page)


def test_forms_and_what_they_say(page: Page, make_room: Callable[..., str], join: Join) -> None:
    name = HOSTILE["attribute"]
    room = make_room(name, metadata=name)
    join(room, name, name=name, metadata=name, attributes={name: name}, audio=True)
    page.goto(room_path(room))
    page.get_by_role("link", name="Details of").click()
    page.get_by_role("button", name="Mute", exact=True).click()
    as_is(page.locator(".toast p"), f"{name}: microphone was muted.")
    act(page, "Create token")
    page.get_by_role("textbox", name="Identity").fill(name)
    page.get_by_role("button", name="Create token").click()
    as_is(page.locator("h1 bdi"), name)
    page.goto(room_path(room))
    choose(page, visible(name), "Remove…")
    as_is(page.locator("dialog p bdi b"), name)
    nothing_ran(page)


@pytest.mark.parametrize("kind", ["string", "turned around"])
def test_created_deleted_and_said(page: Page, kind: str) -> None:
    name = HOSTILE[kind]
    page.goto("/rooms")
    page.locator(".page-head").get_by_role("link", name="New room").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Create room").click()
    as_is(page.locator(".notice.ok span"), f"Room {name} is open.")
    page.goto("/rooms?q=" + "".join(f"%{byte:02x}" for byte in name.encode()))
    as_is(page.locator("td.name a bdi"), name)
    page.locator("[data-select-all]").check()
    page.get_by_role("button", name="Delete…").click()
    as_is(page.locator("dialog .results .name"), name)
    page.get_by_role("button", name="Delete 1 room").click()
    expect(page.get_by_role("heading", name="1 of 1 room deleted")).to_be_visible()
    as_is(page.locator("dialog .results .name"), name)
    nothing_ran(page)


def test_jobs_of_rooms_with_such_names(
    page: Page, make_room: Callable[..., str], livekit: Callable[..., Any]
) -> None:
    jobs = {name: start(livekit, make_room(name), layout=name) for name in HOSTILE.values()}
    page.goto("/egress?status=running")
    for name, job in jobs.items():
        as_is(page.locator(f"#{job} td.room bdi"), name)
        as_is(page.locator(f"#{job} .subject bdi"), name)
    nothing_ran(page)
    for name, job in [*jobs.items()][-3:]:
        page.goto(f"/egress/{job}")
        as_is(page.locator(f".facts a[href='{room_path(name)}'] bdi"), name)
        as_is(page.locator(".facts dd bdi.mono"), name)
        as_is(page.locator(".facts div", has_text="Current layout").locator("dd"), name)
        nothing_ran(page)
    for kind in ("attribute", "turned around"):
        name = HOSTILE[kind]
        page.goto(f"/egress?{urlencode({'room': name, 'q': name})}")
        as_is(page.locator(".toolbar .tag bdi"), name)
        page.get_by_role("link", name=f"Stop {jobs[name]}").click()
        as_is(page.locator("dialog p bdi b"), name)
        nothing_ran(page)
        page.goto(f"{room_path(name)}?tab=media")
        as_is(page.locator(f"#job-{jobs[name]} .subject bdi"), name)
        nothing_ran(page)


def test_recorded_by_the_form(
    page: Page, make_room: Callable[..., str], join: Join, standin: Standin
) -> None:
    name = HOSTILE["attribute"]
    join(make_room(name), name, name=name, audio=True)
    page.goto(room_path(name))
    page.locator(".page-head").get_by_role("link", name="Record").click()
    as_is(page.locator("main h1"), f"Record {name}")
    for tab, select in (("Track", "track"), ("Two tracks", "audio_track")):
        page.get_by_role("link", name=tab, exact=True).click()
        as_is(page.locator(f"#f-{select} option").last, f"{name}, microphone opus with RED")
    page.get_by_role("link", name="Participant", exact=True).click()
    as_is(page.locator("#f-identity option"), f"{name} ({name}), 1 track")
    page.locator("#f-filepath").fill(name)
    expect(page.locator("#preview dd bdi").first).to_have_text(f"{name}.mp4")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    nothing_ran(page)
    job = page.locator("h1").inner_text()
    asked: Any = standin.job(job).asked
    assert (asked.room_name, asked.identity) == (name, name)
    assert [output.filepath for output in asked.file_outputs] == [name]
    as_is(page.locator(".facts dd bdi.mono"), name)
    as_is(page.locator(".command code"), f"lk egress list --id {job}")
    assert page.locator("pre.meta").inner_text()
    nothing_ran(page)


def test_names_that_differ_in_spaces_do_not_look_alike(
    page: Page, make_room: Callable[..., str]
) -> None:
    one, two = make_room("spaced out"), make_room("spaced   out")
    page.goto("/rooms?q=spaced")
    widths = {}
    for name in (one, two):
        box = page.locator(f'a[href="{room_path(name)}"] bdi').first.bounding_box()
        assert box
        widths[name] = box["width"]
    assert widths[two] > widths[one]
