"""Two instances behind nginx: either can finish what the other started."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from livekit import api

from dev.stack import Stack
from tests.deploy.proxied import Proxied
from tests.routes.asked import Ask
from tests.support.visitor import Visitor
from tests.support.waiting import until


@pytest.fixture(scope="module")
def proxied(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """nginx in front of two instances."""
    with Proxied(stack, tmp_path_factory.mktemp("proxied")) as running:
        yield running


@pytest.fixture
def visitor(proxied: Proxied) -> Iterator[Visitor]:
    """A signed-in visitor of nginx."""
    visiting = proxied.visitor()
    yield visiting
    visiting.close()


def named(livekit: Ask, names: list[str]) -> set[str]:
    """Return which of these rooms are open."""
    return {
        room.name for room in livekit("room.list_rooms", api.ListRoomsRequest(names=names)).rooms
    }


def test_nginx_accepts_the_example(proxied: Proxied) -> None:
    done = proxied.nginx.check()
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_a_form_and_its_message_can_come_from_different_instances(
    proxied: Proxied, visitor: Visitor, livekit: Ask
) -> None:
    before = proxied.request_counts("/rooms/-/new")
    for _ in range(4):
        name = f"two-{secrets.token_hex(4)}"
        form = visitor.get("/rooms/-/new")
        page = visitor.follow(visitor.send("/rooms/-/new", {"csrf": form.csrf, "name": name}))
        assert f"Room {name} is open." in page.text
        assert name in named(livekit, [name])
        livekit("room.delete_room", api.DeleteRoomRequest(room=name))
    after = until(lambda: _increase(proxied.request_counts("/rooms/-/new"), before))
    assert all(after)


def _increase(now: list[int], before: list[int]) -> list[int]:
    increase = [count - earlier for count, earlier in zip(now, before, strict=True)]
    return increase if sum(increase) == 8 else []


def test_an_unchanged_page_is_unchanged_on_the_other_instance_too(visitor: Visitor) -> None:
    first = visitor.get("/logout?partial=1")
    for _ in range(4):
        again = visitor.get("/logout?partial=1", headers={"HX-PTag": first.headers["hx-ptag"]})
        assert again.status == 304


def test_forwarded_headers_of_the_proxy_are_accepted(visitor: Visitor) -> None:
    page = visitor.get("/rooms")
    assert "max-age" in page.headers["strict-transport-security"]
    cookie = page.headers.get("set-cookie", "")
    assert re.search("secure", cookie, re.IGNORECASE), cookie
    foreign = {"name": "x", "csrf": page.csrf}
    refused = visitor.send("/rooms/-/new", foreign, Origin="https://evil.example")
    assert refused.status == 403


def test_nginx_caches_static_files(visitor: Visitor) -> None:
    style = visitor.get("/rooms").all("link", rel="stylesheet")[0]["href"]
    kinds = [visitor.http.get(style).headers["x-cache"] for _ in range(3)]
    assert kinds[1:] == ["HIT", "HIT"]
    assert "x-cache" not in visitor.get("/rooms").headers


def test_no_write_is_lost_if_an_instance_is_killed_under_load(
    stack: Stack, livekit: Ask, tmp_path: Path
) -> None:
    made: list[str] = []
    wrong: list[int] = []
    failed: list[float] = []
    ended = threading.Event()

    def work(proxied: Proxied) -> None:
        visitor = proxied.visitor()
        while not ended.is_set():
            name = f"killed-{secrets.token_hex(6)}"
            fields = {"csrf": visitor.token(), "name": name}
            page = visitor.send("/rooms/-/new", fields)
            done = {303}
            # Unknown whether it was done: send the form again. That fails again if nginx takes a
            # connection that it has kept, and that the system hasn't closed yet.
            for _ in range(5):
                if page.status != 502:
                    break
                failed.append(time.monotonic())
                page = visitor.send("/rooms/-/new", fields)
                done.add(409)  # it was done
            if page.status in done:
                made.append(name)
            else:
                wrong.append(page.status)
        visitor.close()

    with Proxied(stack, tmp_path) as proxied:
        workers = [threading.Thread(target=work, args=(proxied,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        until(lambda: len(made) > 20, 30)
        killed = time.monotonic()
        proxied.instances[0].kill()
        seen = len(made)
        until(lambda: len(made) > seen + 20, 30)
        ended.set()
        for worker in workers:
            worker.join(30)
    try:
        assert wrong == []
        assert [at - killed for at in failed if not killed <= at < killed + 2] == []
        assert named(livekit, made) == set(made)
    finally:
        for name in made:
            livekit("room.delete_room", api.DeleteRoomRequest(room=name))
