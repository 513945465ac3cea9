"""Copy buttons put exactly the text on the clipboard, whatever is in it."""

import subprocess
from collections.abc import Callable

from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage, Stage
from tests.e2e.people import expanded

READ = "navigator.clipboard.readText()"
ODD = 'o\'neil "quoted" $(id) `id` \\ $HOME !! 🎥\u202e'
# Browsers hide navigator.clipboard on plain HTTP, other than on the machine's own addresses.
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def allow(page: Page) -> None:
    """Let the page read back what was copied."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])


def check_all(page: Page, within: str) -> list[str]:
    """Press each copy button that can be seen, check what was copied, and give all of it."""
    copied = []
    for button in page.locator(f"{within} [data-copy]:visible").all():
        button.click()
        expect(page.locator("#announce")).to_have_text("Copied")
        copied.append(str(page.evaluate(READ)))
        assert copied[-1] == button.get_attribute("data-copy")
        page.evaluate("navigator.clipboard.writeText('')")
    return copied


def test_copies_what_is_shown(open_page: OpenPage, stage: Stage) -> None:
    page = open_page(room_path(stage.room))
    allow(page)
    sids = expanded(page, "Ada").locator(".facts .mono").all_inner_texts()[:2]
    copied = check_all(page, "main")
    lines = page.locator("main .command code:visible").all_inner_texts()
    shown = [page.locator(".page-head bdi.mono").inner_text(), *(sid.strip() for sid in sids)]
    assert copied == [*shown, *lines]
    assert f"lk room participants get --room {stage.room} --identity ada" in lines


def test_copies_any_text_byte_for_byte(
    open_page: OpenPage, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room(ODD)
    join(room, ODD)
    page = open_page(room_path(room))
    allow(page)
    page.get_by_role("link", name="Details of").click()
    page.locator("tr.opened").wait_for()
    copied = check_all(page, "main")
    assert copied[2] == ODD
    for line in copied[3:]:
        shell = subprocess.run(["bash", "-c", f"printf '%s\\n' {line}"], capture_output=True)
        assert ODD in shell.stdout.decode().splitlines(), line


def test_copies_the_older_way_where_there_is_no_clipboard(
    open_page: OpenPage, stage: Stage
) -> None:
    page = open_page()
    allow(page)
    reader = page.context.new_page()
    reader.goto("/")
    page.add_init_script(NO_CLIPBOARD)
    page.goto(room_path(stage.room))
    page.get_by_role("button", name="Copy the SID").click()
    expect(page.locator("#announce")).to_have_text("Copied")
    expect(page.get_by_role("button", name="Copy the SID")).to_be_focused()
    assert page.evaluate("navigator.clipboard === undefined")
    assert page.locator("textarea").count() == 0
    reader.bring_to_front()
    assert reader.evaluate(READ) == page.locator(".page-head bdi.mono").inner_text()
