"""Every route of a real dashboard, asked by every kind of visitor with every method, once."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from livekit import api

from app.paths import room_path
from app.security.permissions import ActionGuard, Public, does, sees
from app.security.roles import Permission
from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.surface import METHODS, Place, places
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

ROOM = f"walk/{secrets.token_hex(4)}"
IDENTITY = "ann & <bob>"
FOREIGN = "https://evil.example"


@dataclass(frozen=True)
class Answered:
    """What one kind of visitor was answered at one place."""

    who: str
    method: str
    place: Place
    seen: Seen

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.place.path} -> {self.seen.status}"

    @property
    def guard(self) -> Any:
        """The guard of this method, HEAD being a GET; None where the path does not take it."""
        method = "GET" if self.method == "HEAD" else self.method
        return self.place.guards.get(method) or self.place.falls_to.get(method)


@dataclass(frozen=True)
class Walk:
    """All answers, and the room's page once everybody was through."""

    answers: list[Answered]
    after: Seen


@pytest.fixture(scope="session")
def media(stack: Stack) -> Iterator[dict[str, str]]:
    """A running egress job and an ingress, by the parameters that name them in paths."""

    async def begin() -> tuple[str, str]:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            stream = api.StreamOutput(urls=["rtmp://127.0.0.1/walk/key-of-the-walk"])
            web = api.WebEgressRequest(url="http://127.0.0.1/walk", stream_outputs=[stream])
            job = await sdk.egress.start_web_egress(web)
            stage = api.CreateIngressRequest(room_name=ROOM, participant_identity="stage")
            return job.egress_id, (await sdk.ingress.create_ingress(stage)).ingress_id

    async def end(job: str, ingress: str) -> None:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            await sdk.egress.stop_egress(api.StopEgressRequest(egress_id=job))
            await sdk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id=ingress))

    job, ingress = asyncio.run(begin())
    yield {"job": job, "ingress": ingress}
    asyncio.run(end(job, ingress))


@pytest.fixture(scope="session")
def telephony(stack: Stack) -> Iterator[dict[str, str]]:
    """An outbound trunk and a rule, by the parameters that name them; they are in nobody's way."""

    async def begin() -> tuple[str, str]:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            trunk = api.SIPOutboundTrunkInfo(address="127.0.0.1", numbers=["+15550000000"])
            request = api.CreateSIPOutboundTrunkRequest(trunk=trunk)
            trunk_id = (await sdk.sip.create_outbound_trunk(request)).sip_trunk_id
            into = api.SIPDispatchRuleDirect(room_name=ROOM)
            rule = api.SIPDispatchRuleInfo(
                rule=api.SIPDispatchRule(dispatch_rule_direct=into), trunk_ids=[trunk_id]
            )
            other = api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
            return trunk_id, (await sdk.sip.create_dispatch_rule(other)).sip_dispatch_rule_id

    async def end(trunk: str, rule: str) -> None:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            await sdk.sip.delete_trunk(api.DeleteSIPTrunkRequest(sip_trunk_id=trunk))
            other = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=rule)
            await sdk.sip.delete_dispatch_rule(other)

    trunk, rule = asyncio.run(begin())
    yield {"trunk": trunk, "rule": rule}
    asyncio.run(end(trunk, rule))


@pytest.fixture(scope="session")
def dispatched(stack: Stack) -> dict[str, str]:
    """An agent dispatch of the room, by the parameter that names it in paths; it ends with it."""

    async def begin() -> str:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            request = api.CreateAgentDispatchRequest(room=ROOM, agent_name="walker")
            return (await sdk.agent_dispatch.create_dispatch(request)).id

    return {"dispatch": asyncio.run(begin())}


@pytest.fixture(scope="session")
def surface(
    dashboard: Dashboard,
    media: dict[str, str],
    telephony: dict[str, str],
    dispatched: dict[str, str],
) -> list[Place]:
    """Every place of the dashboard, about one room, somebody in it, a job, an ingress, a trunk."""
    names = {"room": ROOM, "identity": IDENTITY, "kind": "csv", "ending": "csv"}
    return places(dashboard.app, **names, **media, **telephony, **dispatched)


def ask(visitor: Visitor, method: str, place: Place, **headers: str) -> Seen:
    """Ask for one place, as a browser's form does where the method is POST."""
    data = {"csrf": headers.pop("token", "")} if method == "POST" else None
    if method == "POST":
        headers.setdefault("Origin", visitor.origin)
    return Seen(visitor.http.request(method, place.path, data=data, headers=headers))


@pytest.fixture(scope="session")
def walk(
    dashboard: Dashboard,
    start_dashboard: Callable[..., Dashboard],
    surface: list[Place],
    crowd: Crowd,
) -> Walk:
    """Ask for everything: nobody with every method, the others with what is declared."""
    admin, nobody = dashboard.visitor(), dashboard.visitor(username=None)
    reader = start_dashboard(read_only=True).visitor()
    guest = crowd.join(ROOM, IDENTITY, audio=True, kind="sip")  # a call is a participant too
    found = []
    for place in surface:
        found += [Answered("nobody", m, place, ask(nobody, m, place)) for m in METHODS]
        for method, guard in place.guards.items():
            answered = partial(Answered, method=method, place=place)
            asked = partial(ask, method=method, place=place)
            if not isinstance(guard, ActionGuard):
                found.append(answered("admin", seen=asked(admin)))
                found.append(answered("reader", seen=asked(reader)))
                found.append(Answered("admin", "HEAD", place, ask(admin, "HEAD", place)))
                continue
            found.append(answered("reader", seen=asked(reader, token=reader.token())))
            found.append(answered("wrong", seen=asked(admin, token="wrong")))
            found.append(answered("without", seen=asked(admin)))
            found.append(
                answered("foreign", seen=asked(admin, token=admin.token(), Origin=FOREIGN))
            )
    after = admin.get(room_path(ROOM))
    guest.leave()
    admin.post(room_path(ROOM, "delete"))
    return Walk(found, after)


@pytest.fixture(scope="session")
def walked(walk: Walk) -> list[Answered]:
    """Give the answers of the walk."""
    return walk.answers


def declared(answered: Answered) -> int:
    """Give the status that the declaration of the route promises this visitor."""
    guard = answered.guard
    if guard is None:
        return 405
    if isinstance(guard, Public):
        return 200
    if answered.who == "nobody":
        return 401
    if answered.who == "admin":
        return 200
    if answered.who == "reader":
        if guard.permission.writes:
            return 403
        form = getattr(guard, "form", None)
        fields = form.model.model_fields.values() if form else ()
        return 422 if any(field.is_required() for field in fields) else 200  # none is filled in
    return 403


@pytest.fixture(scope="session")
def crashing(stack: Stack) -> Iterator[Dashboard]:
    """A dashboard with two routes that have a bug: a page, and an action."""

    async def crash() -> None:
        raise ZeroDivisionError("a bug")

    dashboard = Dashboard(
        livekit_url=stack.url,
        livekit_api_key=stack.api_key,
        livekit_api_secret=stack.api_secret,
    )
    read, write = sees(Permission.ROOMS_READ), does("test.crash", Permission.ROOMS_WRITE)
    dashboard.app.add_api_route("/crash", crash, dependencies=[read])
    dashboard.app.add_api_route("/crash-form", crash, methods=["POST"], dependencies=[write])
    yield dashboard.start()
    dashboard.stop()
