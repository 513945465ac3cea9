"""The dashboard below a path in a browser: pages, dialogs, search and refreshes stay below it."""

import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Request, expect

from app.text.paths import room_path
from dev.stack import Stack
from tests.deploy.below_a_path import BASE, BelowAPath
from tests.e2e.conftest import OpenPage
from tests.e2e.people import act


@pytest.fixture(scope="module")
def below(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BelowAPath]:
    """A dashboard below a path, behind nginx."""
    folder = tmp_path_factory.mktemp("below")
    with BelowAPath(stack, folder, "by the setting", refresh_seconds=1) as running:
        yield running


def test_a_deep_link_works_below_the_path(
    open_page: OpenPage, below: BelowAPath, make_room: Callable[..., str]
) -> None:
    room = make_room()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.removeprefix(below.nginx.url))

    page = open_page("", at=below.nginx.url, ignore_https_errors=True)
    page.on("request", note)
    page.goto(f"{below.url}{room_path(room)}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(room)
    with page.expect_response(lambda answer: "partial=1" in answer.url):
        pass
    page.keyboard.press("Control+k")
    search = page.locator("dialog [data-search] input[name=q]")
    search.fill(room)
    page.get_by_role("dialog").get_by_role("link", name=room).first.wait_for()
    page.keyboard.press("Escape")
    act(page, "Delete room…")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(f"**{BASE}/rooms")
    assert len(asked) > 10
    assert [path for path in asked if not path.startswith(f"{BASE}/")] == []


def test_a_room_is_created_below_the_path(open_page: OpenPage, below: BelowAPath) -> None:
    name = f"below-{secrets.token_hex(4)}"
    page = open_page("", at=below.nginx.url, ignore_https_errors=True)
    page.goto(f"{below.url}/rooms/-/new")
    page.get_by_role("textbox", name="Name").first.fill(name)
    page.get_by_role("button", name="Create room").click()
    page.wait_for_url(f"**{BASE}{room_path(name)}")
    act(page, "Delete room…")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(f"**{BASE}/rooms")
