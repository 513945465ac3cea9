"""A LiveKit that accepts and never answers holds up nobody who does not need it."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.conftest import LIMIT, PATH, Broken
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor
from tests.support.waiting import until

pytestmark = pytest.mark.alone

BROWSERS = 30
HANG = 25.0  # seconds: time to look at everything else, on any machine


def quick(visitor: Visitor, path: str) -> int:
    """Open a page that does not wait for LiveKit; give the status."""
    began = time.monotonic()
    status = visitor.get(path).status
    assert time.monotonic() - began < HANG / 5, path
    return status


def test_a_hang_blocks_nobody_else(
    broken: Broken, start_dashboard: Callable[..., Dashboard]
) -> None:
    hanging = start_dashboard(livekit_url=broken.relay.url, livekit_timeout=HANG)
    other = start_dashboard().visitor()
    visitor, nobody = hanging.visitor(), hanging.visitor(username=None)
    assert visitor.get("/rooms").status == other.get("/rooms").status == 200
    broken.break_("hang")
    broken.relay.requests = 0
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(visitor.get, f"{PATH}?q={n}") for n in range(4)]
        waiting += [pool.submit(visitor.get, path) for path in ("/", "/rooms")]
        until(lambda: broken.relay.requests >= 4)
        for _ in range(3):
            assert quick(nobody, "/health") == 200
            assert quick(nobody, "/logout") == 200
            assert quick(nobody, "/no/such/page") == 404
            assert quick(nobody, "/rooms") == 401
            assert quick(other, "/rooms") == 200
            assert quick(other, PATH) == 200
        assert not [one for one in waiting if one.done()], "they were to hang all the while"
        broken.relay.drop()  # which ends the hang before its time
        assert {one.result().status for one in waiting} <= {503, 504}


def test_many_who_poll_a_hanging_livekit_cost_it_a_handful_of_calls(broken: Broken) -> None:
    broken.break_("hang")

    async def poll() -> list[int]:
        limits = httpx.Limits(max_connections=BROWSERS)
        auth = broken.visitor.http.auth
        url = broken.dashboard.url
        async with httpx.AsyncClient(base_url=url, auth=auth, limits=limits, timeout=30) as http:
            asks = (http.get("/rooms?partial=1") for _ in range(BROWSERS))
            return [answer.status_code for answer in await asyncio.gather(*asks)]

    def in_time() -> bool:  # a busy machine may need a second try
        broken.relay.requests = 0
        began = time.monotonic()
        assert asyncio.run(poll()) == [504] * BROWSERS
        assert broken.relay.requests <= 3
        return time.monotonic() - began < LIMIT

    assert until(in_time)


def test_who_gives_up_leaves_nothing_behind(broken: Broken) -> None:
    broken.break_("hang")
    for _ in range(5):
        try:
            broken.visitor.http.get("/rooms", timeout=0.1)
        except httpx.TimeoutException:
            continue
        raise AssertionError("an answer, although LiveKit hangs")
    broken.break_("pass")
    assert until(lambda: broken.get("/rooms").page.status == 200)
