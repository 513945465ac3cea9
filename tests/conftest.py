"""One real LiveKit and Redis for the whole run; each test works in rooms of its own."""

import logging
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from livekit import api

from dev.participants import Crowd
from dev.stack import Stack
from dev.workers import Standin
from tests.routes.asked import phone_number
from tests.support.asking import asker
from tests.support.dashboard import Dashboard, Dashboards
from tests.support.fault import Relay
from tests.support.leaks import LEAKS, Kept
from tests.support.templates import share_compiled
from tests.support.turns import turn
from tests.support.visitor import Visitor

pytest_plugins = ["tests.support.databases"]

# structlog draws tracebacks with rich where it finds it, for seconds each
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        Kept(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)),
    ]
)


share_compiled()

# a busy machine is no failure
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests into the order in which they are taken."""
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.fixture(scope="session", autouse=True)
def _no_secret_is_logged() -> Iterator[None]:
    """Search every log of the run, when all that logs has ended, for every secret of the run."""
    logging.getLogger().addHandler(LEAKS.handler)
    yield
    logging.getLogger().removeHandler(LEAKS.handler)
    found = LEAKS.found()
    assert not found, "secrets in the logs of this run:\n" + "\n".join(found)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The local stack, with remote unmute allowed."""
    with Stack() as running:
        yield running


@pytest.fixture(scope="session")
def standin(stack: Stack) -> Standin:
    """The egress and ingress worker's control: standin.plan(room, …), standin.job(egress_id)."""
    return stack.standin


@pytest.fixture(scope="module")
def start_dashboard(stack: Stack) -> Iterator[Dashboards]:
    """Start a dashboard of the local stack, some settings changed; stopped with its test file."""
    dashboards = Dashboards(stack)
    yield dashboards
    dashboards.stop()


@pytest.fixture(scope="session")
def start_lasting(stack: Stack) -> Iterator[Dashboards]:
    """Start a dashboard that many test files share, which is stopped when the run ends."""
    dashboards = Dashboards(stack)
    yield dashboards
    dashboards.stop()


@pytest.fixture(scope="session")
def dashboard(start_lasting: Dashboards) -> Dashboard:
    """The dashboard that most tests use."""
    return start_lasting()


@pytest.fixture
def admin(dashboard: Dashboard) -> Iterator[Visitor]:
    """A signed-in visitor with a session of its own."""
    visitor = dashboard.visitor()
    yield visitor
    visitor.close()


@pytest.fixture
def nobody(dashboard: Dashboard) -> Iterator[Visitor]:
    """A visitor without credentials."""
    visitor = dashboard.visitor(username=None)
    yield visitor
    visitor.close()


@pytest.fixture(scope="session")
def crowd(stack: Stack) -> Iterator[Crowd]:
    """Real participants: crowd.join(room, identity, audio=True, …)."""
    with Crowd(stack.url, stack.api_key, stack.api_secret) as people:
        yield people


@pytest.fixture
def relay(stack: Stack) -> Iterator[Relay]:
    """A relay before the stack's LiveKit, to break the connection with."""
    running = Relay(stack.url)
    yield running
    running.close()


@pytest.fixture(scope="session")
def livekit(stack: Stack) -> Callable[..., Any]:
    """Ask LiveKit directly: livekit("room.list_rooms", api.ListRoomsRequest())."""
    return asker(stack)


@pytest.fixture
def make_room(livekit: Callable[..., Any]) -> Iterator[Callable[..., str]]:
    """Open a room directly in LiveKit and give its name; deleted after the test."""
    made: list[str] = []

    def make(name: str = "", **fields: Any) -> str:
        name = name or f"test-{secrets.token_hex(4)}"
        livekit("room.create_room", api.CreateRoomRequest(name=name, **fields))
        made.append(name)
        return name

    yield make
    for name in made:
        try:
            livekit("room.delete_room", api.DeleteRoomRequest(room=name))
        except api.TwirpError as error:
            # "could not find object": it is closing at this moment
            if error.code != "not_found" and "could not find object" not in error.message:
                raise


@pytest.fixture
def room(make_room: Callable[..., str]) -> str:
    """The name of an open, empty room of the test's own."""
    return make_room()


@pytest.fixture
def make_ingress(livekit: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Create an ingress directly in LiveKit, for RTMP unless told otherwise; deleted afterwards."""
    made: list[str] = []

    def make(**fields: Any) -> Any:
        own = {
            "name": f"test-{secrets.token_hex(4)}",
            "room_name": f"in-{secrets.token_hex(4)}",
            "participant_identity": "encoder",
        }
        request = api.CreateIngressRequest(**{**own, **fields})
        info = livekit("ingress.create_ingress", request)
        made.append(info.ingress_id)
        return info

    yield make
    for ingress_id in made:
        try:
            livekit("ingress.delete_ingress", api.DeleteIngressRequest(ingress_id=ingress_id))
        except api.TwirpError as error:
            if error.code != "not_found":
                raise


@pytest.fixture
def make_trunk(livekit: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Create a trunk directly in LiveKit, inbound unless `kind` says so; deleted afterwards."""
    made: list[str] = []

    def make(kind: str = "inbound", **fields: Any) -> Any:
        own = {"name": f"test-{secrets.token_hex(4)}", "numbers": [phone_number()]}
        if kind == "inbound":
            trunk = api.SIPInboundTrunkInfo(**{**own, **fields})
            request: Any = api.CreateSIPInboundTrunkRequest(trunk=trunk)
        else:
            own["address"] = "sip.example.com"
            request = api.CreateSIPOutboundTrunkRequest(
                trunk=api.SIPOutboundTrunkInfo(**{**own, **fields})
            )
        info = livekit(f"sip.create_{kind}_trunk", request)
        made.append(info.sip_trunk_id)
        return info

    yield make
    for trunk_id in made:
        livekit("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=trunk_id))


@pytest.fixture
def make_dispatch_rule(livekit: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Create a rule directly in LiveKit, for a number of its own; deleted afterwards."""
    made: list[str] = []

    def make(**fields: Any) -> Any:
        name = f"test-{secrets.token_hex(4)}"
        into = api.SIPDispatchRuleDirect(room_name=name)
        own: dict[str, Any] = {
            "name": name,
            "rule": api.SIPDispatchRule(dispatch_rule_direct=into),
            "numbers": [phone_number()],
        }
        rule = api.SIPDispatchRuleInfo(**{**own, **fields})
        request = api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
        made.append(livekit("sip.create_dispatch_rule", request).sip_dispatch_rule_id)
        found = livekit("sip.list_dispatch_rule", api.ListSIPDispatchRuleRequest()).items
        return next(info for info in found if info.sip_dispatch_rule_id == made[-1])

    yield make
    there = livekit("sip.list_dispatch_rule", api.ListSIPDispatchRuleRequest()).items
    for rule_id in {info.sip_dispatch_rule_id for info in there} & {*made}:
        gone = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=rule_id)
        livekit("sip.delete_dispatch_rule", gone)
