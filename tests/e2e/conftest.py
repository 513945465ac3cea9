"""Real Chromium: one browser for the run, one context a test, and no complaint goes unseen."""

import json
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, Unpack

import pytest
from livekit import api
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dev.guests import Guise
from dev.participants import Crowd, Participant
from dev.ports import free_ports
from dev.stack import Stack
from dev.toolchain import chromium
from tests.e2e.contexts import NARROW as NARROW
from tests.e2e.contexts import PATIENCE_MS as PATIENCE_MS
from tests.e2e.contexts import SIGNED_IN as SIGNED_IN
from tests.e2e.contexts import WIDE as WIDE
from tests.e2e.contexts import Contexts
from tests.e2e.watch import Watch
from tests.support.asking import asker
from tests.support.dashboard import Dashboard, managing
from tests.support.waiting import until

# The switch replaces Playwright's own list, whose part that matters here is repeated. Without the
# popups of an address bar that nobody sees, a page opens in half the time.
OFF = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join(OFF)}",
    # two cameras that show a moving picture, microphones that beep, and nobody is asked for them
    "--use-fake-device-for-media-stream=device-count=2",
    "--use-fake-ui-for-media-stream=device-count=2",
]


class OpenPage(Protocol):
    """Opens a page in a context of its own, signed in, with any option of a context."""

    def __call__(self, path: str = "", at: str = "", fresh: bool = False, **options: Any) -> Page:
        """Return the page, at `path` of the dashboard `at`; `fresh` has not a file of it yet."""


class Join(Protocol):
    """Lets a real participant join, until the test ends."""

    def __call__(self, room: str, identity: str, **guise: Unpack[Guise]) -> Participant:
        """Return the participant once LiveKit lists it."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the run; until its end Playwright's loop runs in this thread."""
    found = chromium()
    assert found, "these tests need Chromium"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the pages of the test complain about; checked when it ends."""
    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    """The contexts of these tests."""
    return Contexts(browser)


@pytest.fixture
def open_page(
    contexts: Contexts,
    dashboard: Dashboard,
    watch: Watch,
    make_room: Callable[..., str],  # first, so that rooms are closed when nobody looks any more
) -> Iterator[OpenPage]:
    """Open pages, each in a context that has nothing of others; all are closed after the test."""
    own: list[BrowserContext] = []
    kept: list[str] = []

    def opened(path: str = "", at: str = "", fresh: bool = False, **options: Any) -> Page:
        origin = at or dashboard.url
        if fresh or options or origin in kept:
            context = contexts.make(origin, **options)
            own.append(context)
        else:
            context = contexts.kept(origin)
            kept.append(origin)
        watch.follow(context, origin)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield opened
    for origin in kept:
        contexts.clean(origin)
    watch.leave()
    for context in own:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page of the usual dashboard, wide and light, not yet anywhere."""
    return open_page()


@pytest.fixture(scope="session")
def quick(start_lasting: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard whose pages refresh every second."""
    return start_lasting(refresh_seconds=1)


@pytest.fixture(scope="session")
def worker() -> Iterator[ThreadPoolExecutor]:
    """A thread without Playwright's loop."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture(scope="session")
def livekit(stack: Stack, worker: ThreadPoolExecutor) -> Callable[..., Any]:
    """Ask LiveKit directly: livekit("room.list_rooms", api.ListRoomsRequest())."""
    return threaded(stack, worker)


def threaded(stack: Stack, worker: ThreadPoolExecutor) -> Callable[..., Any]:
    """Return what asks the LiveKit of `stack`, in the thread of `worker`."""
    plain = asker(stack)
    return lambda call, request: worker.submit(plain, call, request).result(30)


@pytest.fixture
def join(crowd: Crowd) -> Iterator[Join]:
    """Let real participants join rooms of `make_room`, whose end is theirs."""
    joined: list[Participant] = []

    def one(room: str, identity: str, **guise: Unpack[Guise]) -> Participant:
        joined.append(crowd.join(room, identity, **guise))
        return joined[-1]

    yield one
    # a participant that left may never learn that it did
    until(lambda: not any(person.connected and person.room.isconnected() for person in joined))
    for participant in joined:
        participant.leave()


@pytest.fixture
def make_room(join: Join, make_room: Callable[..., str]) -> Callable[..., str]:
    """Open a room directly in LiveKit and give its name; deleted before `join` ends."""
    return make_room


@dataclass(frozen=True)
class Stage:
    """A room that stays as it is for the whole run, and who is in it."""

    room: str
    ada: Participant
    bob: Participant


@pytest.fixture(scope="session")
def stage(crowd: Crowd, livekit: Callable[..., Any]) -> Stage:
    """A room to look at, not to change: two people, microphone, camera and screen."""
    room = f"stage-{secrets.token_hex(4)}"
    metadata = json.dumps({"title": "To look at", "tags": ["one", "two"]})
    livekit("room.create_room", api.CreateRoomRequest(name=room, metadata=metadata))
    # small pictures and few of them: they are sent for as long as the run takes
    small = Guise(audio=True, video_size=(160, 90), fps=2)
    about = Guise(name="Ada", metadata='{"role": "host"}', attributes={"seat": "7"}, video=True)
    ada = crowd.join(room, "ada", **Guise(**(about | small)))
    return Stage(room, ada, crowd.join(room, "bob", **Guise(**(small | Guise(screen=True)))))


@pytest.fixture(scope="session")
def empty_stack() -> Iterator[Stack]:
    """A LiveKit of its own without rooms, which tests may stop if they start it again."""
    with Stack() as running:
        yield running


@pytest.fixture(scope="session")
def empty(start_lasting: Callable[..., Dashboard], empty_stack: Stack) -> Dashboard:
    """A dashboard of the server without rooms, which refreshes every second."""
    return start_lasting(**managing(empty_stack), livekit_timeout=1, refresh_seconds=1)


@pytest.fixture(scope="session")
def ask_empty(empty_stack: Stack, worker: ThreadPoolExecutor) -> Callable[..., Any]:
    """Ask the LiveKit of `empty_stack` directly."""
    return threaded(empty_stack, worker)


@pytest.fixture(scope="session")
def cut_off(start_lasting: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard whose LiveKit is not there."""
    return start_lasting(livekit_url=f"ws://127.0.0.1:{free_ports(1)[0]}")


@pytest.fixture(scope="session")
def read_only(start_lasting: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard that changes nothing."""
    return start_lasting(read_only=True)
