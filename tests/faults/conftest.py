"""A dashboard whose way to LiveKit can be broken, and every page and action to try it with."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from app.services.sip.definitions.file import FORMAT
from app.text.paths import participant_path, room_path
from dev.participants import Crowd, Participant
from dev.postgres import Postgres
from dev.stack import Stack
from tests.routes.asked import end_room
from tests.support.dashboard import Dashboard, Dashboards
from tests.support.fault import Mode, Relay
from tests.support.visitor import Seen

TIMEOUT = 2.0
LIMIT = 2 * TIMEOUT  # seconds, for a whole answer: no page may wait for LiveKit twice
ROOM = f"fault-{secrets.token_hex(4)}"
WHO = participant_path(ROOM, "ada")
PATH = room_path(ROOM)

# Pages that show what LiveKit says, and forms that need it; both fail with it.
PAGES = [
    "/",
    "/rooms",
    "/rooms?q=fault&sort=name&page=2",
    "/rooms/-/export.csv",
    "/rooms/-/export.json",
    PATH,
    f"{PATH}/edit",
    f"{PATH}/delete",
    f"{PATH}/watch",
    *(
        f"{WHO}/{form}"
        for form in ("remove", "edit", "permissions", "subscriptions", "send", "rpc")
    ),
    "/ingress",
    "/ingress/-/export.csv",
    # nothing has this id, but only LiveKit knows
    "/ingress/-/new?like=IN_fault",
    *(f"/ingress/IN_fault{form}" for form in ("", "/edit", "/delete")),
    "/egress",
    "/egress?status=running&sort=-duration",
    "/egress/-/export.json",
    "/egress/-/new",
    "/egress/-/new?again=EG_fault",
    *(f"/egress/-/new?room={ROOM}&type={kind}" for kind in ("participant", "track")),
    *(f"/egress/EG_fault{form}" for form in ("", "/stop", "/layout", "/streams")),
    "/sip/calls",
    "/sip/calls/-/export.csv",
    "/sip/calls/-/new",
    *(f"/sip/calls/{ROOM}/call_fault{form}" for form in ("", "/transfer", "/end")),
    f"/agents?room={ROOM}",
    "/agents/-/export.csv",
    "/agents/-/dispatch",
    *(f"/agents/{ROOM}/AD_fault{form}" for form in ("", "/delete")),
    "/sip/rules",
    "/sip/rules/-/export.json",
    "/sip/rules/-/new",
    *(f"/sip/rules/SDR_fault{form}" for form in ("", "/edit", "/delete")),
    "/sip/trunks",
    "/sip/trunks/-/export.json",
    *(f"/sip/trunks/ST_fault{form}" for form in ("", "/edit", "/delete")),
    "/sip/route?caller=%2B1555&called=%2B1556",
    "/sip/definitions",
    "/sip/definitions/-/export.json",
]
# Pages that can be had without LiveKit; they say in the top bar that it is away.
ALONE = ["/try", "/doctor", "/rooms/-/new", "/ingress/-/new", f"{PATH}/send", "/no/such/page"]
ALONE += ["/sandbox", "/sandbox/decode", "/egress/-/new?type=web", f"/egress/-/new?room={ROOM}"]
ALONE += ["/egress/-/preview?file=on"]
ALONE += ["/sip/route", "/sip/trunks/-/new", "/settings", "/search?q=a", "/search", "/keys"]

TYPED = "typed in vain"
ACTIONS: dict[str, dict[str, str]] = {
    "/rooms/-/new": {"name": f"new {TYPED}", "metadata": TYPED},
    "/rooms/-/delete": {"scope": "matching", "q": TYPED},
    f"{PATH}/edit": {"metadata": TYPED},
    f"{PATH}/delete": {},
    f"{PATH}/send": {"payload": TYPED},
    f"{PATH}/watch": {},
    **{f"{PATH}/participants/-/{act}": {"who": "fault"} for act in ("mute", "unmute", "remove")},
    f"{PATH}/participants/-/permissions": {"who": "fault", "asked": "1", "can_publish": "no"},
    f"{PATH}/participants/-/send": {"who": "fault", "asked": "1", "payload": TYPED},
    f"{WHO}/remove": {},
    f"{WHO}/mute": {"track": TYPED},
    f"{WHO}/unmute": {"track": TYPED},
    f"{WHO}/mute-all": {},
    f"{WHO}/edit": {"name": TYPED, "attributes": '{"a": "typed in vain"}'},
    f"{WHO}/permissions": {"can_publish": "on"},
    f"{WHO}/subscriptions": {"track": TYPED},
    f"{WHO}/rpc": {"method": TYPED},
    f"{WHO}/send": {"payload": TYPED, "topic": "t"},
    "/ingress/-/new": {"name": TYPED, "room": TYPED, "identity": TYPED, "enabled": "on"},
    "/ingress/-/delete": {"scope": "matching", "q": TYPED},
    "/ingress/IN_fault/edit": {"name": TYPED, "identity": TYPED},
    "/ingress/IN_fault/delete": {},
    # the room's own form needs no LiveKit; that of a participant does, and gives way to a page
    "/egress/-/new": {"room": ROOM, "file": "on", "filepath": TYPED},
    "/egress/-/new?who": {"type": "participant", "room": ROOM, "identity": TYPED, "file": "on"},
    "/egress/-/stop": {"job": TYPED},
    "/egress/EG_fault/stop": {},
    "/egress/EG_fault/layout": {"layout": TYPED},
    "/egress/EG_fault/streams": {"add": "rtmp://host/live/key", "remove": "rtmp://host/live/other"},
    "/sip/calls/-/new": {"to": "+1555", "trunk": "ST_fault", "room": ROOM, "name": TYPED},
    f"/sip/calls/{ROOM}/call_fault/transfer": {"to": f"sip:{TYPED}"},
    f"/sip/calls/{ROOM}/call_fault/end": {},
    "/agents/-/dispatch": {"agent_name": TYPED, "room": ROOM},
    f"/agents/{ROOM}/AD_fault/delete": {},
    "/sip/rules/-/new": {"kind": "direct", "room": TYPED, "name": TYPED, "pin": "1234"},
    "/sip/rules/SDR_fault/edit": {"kind": "direct", "room": TYPED, "definition": '{"name": "x"}'},
    "/sip/rules/SDR_fault/delete": {},
    "/sip/trunks/-/new": {"name": TYPED, "numbers": "+15550000001"},
    "/sip/trunks/ST_fault/edit": {"name": TYPED, "numbers": "+15550000001"},
    "/sip/trunks/ST_fault/delete": {},
    "/sip/route": {"caller": TYPED, "called": "+1556", "pin": "1234"},
    "/sip/definitions": {"definitions": f'{{"format": "{FORMAT}", "version": 1}} {" " * 9}'},
    "/sip/definitions/-/secrets": {},
}


@dataclass(frozen=True)
class Answer:
    """What came, and how long it took."""

    path: str
    page: Seen
    seconds: float


class Broken:
    """A visitor of a dashboard with a relay before LiveKit."""

    def __init__(self, relay: Relay, dashboard: Dashboard) -> None:
        self.relay = relay
        self.dashboard = dashboard
        self.visitor = dashboard.visitor()
        self.token = self.visitor.token()

    def break_(self, mode: Mode) -> None:
        """Let every call from now on end so."""
        self.relay.mode, self.relay.delay = mode, 2 * TIMEOUT
        self.relay.drop()

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return timed(path, lambda: self.visitor.get(path, headers=headers))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form with a token from before the fault."""
        return timed(path, lambda: self.visitor.send(path, fields | {"csrf": self.token}))


def timed(path: str, ask: Callable[[], Seen]) -> Answer:
    """Ask, and note how long it took."""
    began = time.monotonic()
    page = ask()
    return Answer(path, page, time.monotonic() - began)


def at_once(asks: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Ask a few at the same time, as browsers do."""
    with ThreadPoolExecutor(max_workers=10) as pool:
        return [waiting.result() for waiting in [pool.submit(ask) for ask in asks]]


@pytest.fixture(scope="package")
def ada(crowd: Crowd, stack: Stack) -> Iterator[Participant]:
    """Somebody in ROOM, so that everything would be there if LiveKit could be asked."""
    ada = crowd.join(ROOM, "ada", name="Ada", audio=True)
    yield ada
    end_room(stack, crowd, ROOM, [ada])


@pytest.fixture(scope="package")
def _broken(stack: Stack, ada: object) -> Iterator[Broken]:
    relay, dashboards = Relay(stack.url), Dashboards(stack)
    yield Broken(relay, dashboards(livekit_url=relay.url, livekit_timeout=TIMEOUT))
    dashboards.stop()
    relay.close()


@pytest.fixture
def broken(_broken: Broken) -> Iterator[Broken]:
    """The dashboard whose relay breaks; whole again for the next test."""
    yield _broken
    _broken.break_("pass")


@pytest.fixture(scope="module")
def own_postgres(start_dashboard: Dashboards) -> Iterator[Postgres]:
    """A PostgreSQL of the module's own, to stop and start; its dashboards stop before it does.

    Otherwise each would try to connect to it, several times a second, while it stops.
    """
    with Postgres() as running:
        yield running
        start_dashboard.stop(running.url(""))
