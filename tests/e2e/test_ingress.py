"""Ingress in the browser: made in the dialog, its key revealed and copied, edited, deleted."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Locator, Page, expect

from app.text.formatters import visible
from app.text.paths import ingress_path, room_path
from dev.workers import Standin
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.polls import mark, never_reloaded, next_poll
from tests.e2e.test_copy import READ, allow
from tests.e2e.test_hostile_names import HOSTILE, as_is, nothing_ran
from tests.e2e.test_narrow import wider
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

Make = Callable[..., Any]
LONG = "w" * 250
URL = api.IngressInput.URL_INPUT


def made(livekit: Ask, name: str) -> Any:
    """Return the one ingress of that name."""
    items = livekit("ingress.list_ingress", api.ListIngressRequest()).items
    (info,) = [info for info in items if info.name == name]
    return info


def removed(livekit: Ask, ingress_id: str) -> bool:
    """Return whether LiveKit has it no more."""
    items = livekit("ingress.list_ingress", api.ListIngressRequest()).items
    return ingress_id not in {info.ingress_id for info in items}


def open_all(page: Page) -> None:
    """Unfold whatever is folded on a page without a script's menus."""
    for summary in page.locator("main details:not(.menu) > summary").all():
        summary.click()


def test_made_in_the_dialog_revealed_copied_and_deleted(
    page: Page, livekit: Ask, watch: Watch
) -> None:
    name = f"dialog-{secrets.token_hex(4)}"
    page.goto("/ingress")
    mark(page)
    page.locator(".page-head").get_by_role("link", name="New ingress").click()
    dialog = page.get_by_role("dialog", name="New ingress")
    fields_of_one_kind(dialog)
    dialog.get_by_role("button", name="Create ingress").click()
    identity = dialog.get_by_role("textbox", name="Identity")
    expect(identity).to_be_focused()
    expect(identity).to_have_accessible_description("Enter an identity.")
    identity.fill("studio")
    dialog.get_by_role("combobox", name="Room").fill("a room")
    dialog.get_by_role("textbox", name="Ingress name").fill(name)
    never_reloaded(page)
    dialog.get_by_role("button", name="Create ingress").click()
    expect(page.locator(".notice.ok")).to_have_text(f"Ingress {name} was created.")
    info = made(livekit, name)
    revealed_and_copied(page, info)
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete ingress").click()
    expect(page.locator(".notice.ok")).to_have_text(f"Ingress {name} was deleted.")
    assert removed(livekit, info.ingress_id)
    watch.expect_status(422)


def fields_of_one_kind(dialog: Locator) -> None:
    """Check that fields come and go with what they are for, and that errors are seen."""
    kind = dialog.get_by_role("combobox", name="Input")
    address = dialog.get_by_role("textbox", name="Source URL")
    transcode = dialog.get_by_role("checkbox", name="Transcode")
    on = dialog.get_by_role("checkbox", name="Enabled")
    for value, seen in (("url", [address]), ("whip", [transcode, on]), ("rtmp", [on])):
        kind.select_option(value)
        for field in (address, transcode, on):
            expect(field).to_be_visible(visible=field in seen)
    dialog.get_by_text("Audio", exact=True).click()
    rate = dialog.get_by_role("textbox", name="Bitrate")
    expect(rate).to_be_hidden()
    dialog.locator("#f-audio_encoding").select_option("advanced")
    expect(rate).to_be_visible()


def revealed_and_copied(page: Page, info: Any) -> None:
    """Check that the key is covered until it is asked for, and copied without that."""
    allow(page)
    key = page.locator(f"#key-{info.ingress_id}")
    expect(key.locator("> code")).to_be_hidden()
    page.get_by_role("button", name="Copy the stream key").click()
    assert page.evaluate(READ) == info.stream_key
    page.get_by_role("button", name="Copy the ffmpeg command").click()
    assert page.evaluate(READ).endswith(f"{info.url}/{info.stream_key}")
    assert info.stream_key not in page.locator("main").inner_text()
    key.locator("summary").press("Enter")
    expect(key.locator("> code")).to_have_text(info.stream_key)
    expect(key.locator("> code")).to_be_visible()


def test_what_was_revealed_stays_so_and_what_comes_in_is_followed(
    open_page: OpenPage, quick: Dashboard, make_ingress: Make, standin: Standin
) -> None:
    info = make_ingress()
    page = open_page(ingress_path(info.ingress_id), at=quick.url)
    page.locator(f"#key-{info.ingress_id} summary").click()
    standin.publish(info.stream_key)
    expect(page.locator(".page-head .tag")).to_have_text("publishing")
    expect(page.get_by_role("region", name="Input")).to_contain_text("1280 \u00d7 720")
    next_poll(page)
    expect(page.locator(f"#key-{info.ingress_id} > code")).to_be_visible()


def test_edited_in_the_dialog_of_the_list(
    page: Page, livekit: Ask, make_ingress: Make, watch: Watch
) -> None:
    info = make_ingress()
    page.goto(f"/ingress?q={info.ingress_id}")
    mark(page)
    page.locator("tbody details.menu > summary").click()
    page.get_by_role("link", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Room").fill("")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("p.error")).to_contain_text("LiveKit can't clear this once it is set")
    dialog.get_by_role("combobox", name="Room").fill("moved")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".notice.ok")).to_have_text(f"{info.name} was saved.")
    assert made(livekit, info.name).room_name == "moved"
    watch.expect_status(422)


def test_without_javascript(open_page: OpenPage, livekit: Ask, watch: Watch) -> None:
    watch.expect_status(422)
    name = f"plain-{secrets.token_hex(4)}"
    page = open_page("/ingress", java_script_enabled=False)
    page.locator(".page-head").get_by_role("link", name="New ingress").click()
    page.get_by_label("Input").select_option("url")
    page.get_by_label("Source URL").fill("rtmp://media.example/x")
    page.get_by_label("Identity").fill("studio")
    page.get_by_role("button", name="Create ingress").click()
    expect(page.locator(".error:visible")).to_contain_text(["http://, https:// or srt://"])
    page.get_by_label("Input").select_option("whip")
    page.get_by_label("Ingress name").fill(name)
    page.get_by_role("button", name="Create ingress").click()
    expect(page.locator(".notice:visible").first).to_have_text(f"Ingress {name} was created.")
    info = made(livekit, name)
    page.locator("summary", has_text="The stream key").click()
    expect(page.locator(f"#key-{info.ingress_id} > code")).to_have_text(info.stream_key)
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Room").fill("plain room")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice:visible").first).to_have_text(f"{name} was saved.")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete ingress").click()
    expect(page.locator(".notice:visible").first).to_have_text(f"Ingress {name} was deleted.")
    assert removed(livekit, info.ingress_id)


def test_axe_finds_nothing(page: Page, make_ingress: Make, standin: Standin) -> None:
    push, pull = make_ingress(), make_ingress(input_type=URL, url="https://u:p@media.example/x")
    standin.publish(push.stream_key)
    standin.end_stream(push.ingress_id, "the encoder went away")
    paths = ["/ingress", "/ingress?q=no-ingress-has-this", "/ingress/-/new"]
    paths += [ingress_path(info.ingress_id, *rest) for info, rest in ((push, ()), (pull, ()))]
    paths += [ingress_path(push.ingress_id, form) for form in ("edit", "delete")]
    for path in paths:
        page.goto(path)
        open_all(page)
        for chosen, value in (("#f-input", "url"), ("#f-video_encoding", "advanced")):
            for select in page.locator(f"{chosen}:is(select)").all():
                select.select_option(value)
        assert problems_everywhere(page) == {}, path


def test_axe_finds_nothing_on_an_empty_or_absent_server(
    open_page: OpenPage, empty: Dashboard, cut_off: Dashboard, watch: Watch
) -> None:
    page = open_page("/ingress", at=empty.url)
    expect(page.get_by_text("No ingresses yet")).to_be_visible()
    assert problems_everywhere(page) == {}
    page = open_page("/ingress", at=cut_off.url)
    page.locator(".reason").wait_for()
    assert problems_everywhere(page) == {}
    watch.expect_status(503)


def test_nothing_is_wider_than_a_telephone(
    open_page: OpenPage, make_ingress: Make, standin: Standin
) -> None:
    who = {"name": LONG, "room_name": LONG, "participant_identity": LONG}
    push = make_ingress(**who, participant_name=LONG, participant_metadata=LONG)
    pull = make_ingress(**who, input_type=URL, url=f"https://u:p@media.example/{LONG}?{LONG}")
    standin.publish(push.stream_key)
    page = open_page(viewport=NARROW)
    until(lambda: standin.session(push.ingress_id).info.state.tracks)
    page.goto(f"{room_path(LONG)}?tab=media")
    expect(page.locator("#ingress-now")).to_be_visible()
    assert wider(page) == []
    standin.end_stream(push.ingress_id, f"{LONG} {LONG}")
    page.goto("/")  # now in error, and named there
    assert wider(page) == []
    forms = [ingress_path(push.ingress_id, form) for form in ("edit", "delete")]
    pages = [ingress_path(info.ingress_id) for info in (push, pull)]
    for path in (f"/ingress?q={LONG}", *pages, *forms, "/ingress/-/new"):
        page.goto(path)
        open_all(page)
        assert wider(page) == [], path


@pytest.mark.parametrize("kind", ["script", "attribute", "template", "turned around"])
def test_names_that_attack_are_only_shown(
    page: Page, make_ingress: Make, standin: Standin, kind: str
) -> None:
    name = HOSTILE[kind]
    info = make_ingress(
        name=name,
        room_name=name,
        participant_identity=name,
        participant_name=name,
        participant_metadata=name,
        audio=api.IngressAudioOptions(name=name),
    )
    standin.publish(info.stream_key)
    until(lambda: standin.session(info.ingress_id).running)
    standin.end_stream(info.ingress_id, name)
    page.goto(f"/ingress?q={info.ingress_id}")
    as_is(page.locator("tbody td.name a bdi"), name)
    nothing_ran(page)
    page.goto(ingress_path(info.ingress_id))
    as_is(page.locator("h1 bdi"), name)
    as_is(page.locator(".notice code"), name)
    nothing_ran(page)
    for form in ("edit", "delete"):
        page.goto(ingress_path(info.ingress_id, form))
        assert visible(name) in page.title()
        nothing_ran(page)
