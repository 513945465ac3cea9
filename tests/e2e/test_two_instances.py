"""A browser that nginx throws from one instance to the other at each request."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import expect

from app.text.paths import room_path
from dev.stack import Stack
from tests.deploy.proxied import Proxied
from tests.e2e.conftest import OpenPage
from tests.e2e.people import act
from tests.support.waiting import until


@pytest.fixture(scope="module")
def proxied(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """nginx before two instances in production."""
    with Proxied(stack, tmp_path_factory.mktemp("browsed")) as running:
        yield running


def test_a_room_is_made_edited_and_deleted_and_the_page_follows(
    open_page: OpenPage, proxied: Proxied, livekit: Callable[..., Any]
) -> None:
    name = f"thrown-{secrets.token_hex(4)}"
    page = open_page("/rooms/-/new", at=proxied.nginx.url, ignore_https_errors=True)
    page.get_by_role("textbox", name="Name").first.fill(name)
    page.get_by_role("button", name="Create room").click()
    page.wait_for_url(f"**{room_path(name)}")
    expect(page.get_by_text(f"Room {name} is open.")).to_be_visible()
    until(lambda: min(proxied.request_counts(room_path(name))) > 1)  # both respond to refreshes
    act(page, "Delete room…")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/rooms")
    expect(page.get_by_text(f"{name}")).to_be_visible()  # the message that says so
    assert not livekit("room.list_rooms", api.ListRoomsRequest(names=[name])).rooms
