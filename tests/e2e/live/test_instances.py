"""Live updates while instances come and go, and between several of them."""

import re
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dev.ports import free_ports
from tests.e2e.conftest import OpenPage
from tests.e2e.contexts import Contexts
from tests.e2e.reporting import SLOW, Reporting, says
from tests.e2e.watch import Watch
from tests.support.waiting import until

ENDED = r"net::ERR_|status of 503|htmx:error"  # a stream or a request that ended with its server


@pytest.mark.alone
def test_a_restart_heals_and_nothing_is_missed(
    open_page: OpenPage, reporting: Reporting, rooms: Callable[..., str], watch: Watch
) -> None:
    watch.allow(ENDED)
    running = reporting.dashboard().start()
    rooms()
    page = open_page("/rooms", at=running.url)
    expect(says(page)).to_have_text("Live")
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 2
    expect(says(page)).to_have_text(f"Every {SLOW} s")
    name = rooms("while-down")  # LiveKit's webhook about it may come late, or never
    again = reporting.dashboard().start()
    try:
        expect(page.get_by_role("row", name=name)).to_be_visible(timeout=12_000)
        rooms()
        expect(says(page)).to_have_text("Live")
    finally:
        again.stop()


def test_an_outage_is_said_in_the_top_bar(
    open_page: OpenPage, reporting: Reporting, rooms: Callable[..., str], watch: Watch
) -> None:
    watch.allow(ENDED)
    running = reporting.dashboard(refresh_seconds=1).start()
    page = open_page("/rooms", at=running.url)
    running.stop()
    expect(says(page)).to_have_text(re.compile(r"Stale since \d\d:\d\d:\d\d"))
    again = reporting.dashboard(refresh_seconds=1).start()
    try:
        expect(says(page)).to_have_text(re.compile("Live|Every 1 s"))
    finally:
        again.stop()


@pytest.mark.parametrize("link", ["postgresql", "redis", "sqlite"])
def test_two_instances_tell_each_other(
    link: str,
    contexts: Contexts,
    reporting: Reporting,
    rooms: Callable[..., str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    if link == "postgresql":
        created = request.getfixturevalue("postgres").create(f"live_{secrets.token_hex(4)}")
        settings: dict[str, Any] = {"database_url": created}
    elif link == "redis":
        settings = {"redis_url": f"{request.getfixturevalue('stack').redis_url}/4"}
    else:
        settings = {"database_url": f"sqlite:///{tmp_path}/dashboard.db"}
    with ExitStack() as exits:
        one = reporting.dashboard(**settings).start()
        exits.callback(one.stop)
        two = reporting.dashboard(**settings, port=free_ports(1)[0]).start()
        exits.callback(two.stop)
        until(lambda: one.app.state.relay.works and two.app.state.relay.works)
        rooms()
        context = contexts.make(two.url)
        exits.callback(context.close)
        page = context.new_page()
        page.goto("/rooms")
        expect(says(page)).to_have_text("Live")
        name = rooms(link)
        expect(page.get_by_role("row", name=name)).to_be_visible()
