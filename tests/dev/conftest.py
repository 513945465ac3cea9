"""Fixtures for the tests of the stand-in worker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api

from dev.workers import Standin
from tests.dev.jobs import Jobs
from tests.dev.phones import Phones
from tests.dev.streams import Becomes, Make, State
from tests.support.waiting import until


@pytest.fixture
def jobs(livekit: Callable[..., Any]) -> Jobs:
    """Egress jobs on the shared server."""
    return Jobs(livekit)


@pytest.fixture
def phones(livekit: Callable[..., Any], standin: Standin) -> Iterator[Phones]:
    """Calls, trunks and rules on the shared server; trunks and rules are deleted after the test."""
    made = Phones(livekit, standin)
    yield made
    made.clean_up()


@pytest.fixture
def carrier(phones: Phones) -> str:
    """The ID of an outbound trunk."""
    return phones.outbound_trunk(auth_username="dash", auth_password="trunk-secret-1")


@pytest.fixture
def make_ingress(livekit: Callable[..., Any], room: str) -> Iterator[Make]:
    """Create an ingress into the test's room; deleted after the test."""
    made: list[str] = []

    def make(kind: str = "RTMP", **fields: Any) -> api.IngressInfo:
        into = {"room_name": room, "participant_identity": "obs", **fields}
        request = api.CreateIngressRequest(input_type=f"{kind}_INPUT", name="camera", **into)
        info = livekit("ingress.create_ingress", request)
        assert isinstance(info, api.IngressInfo)
        made.append(info.ingress_id)
        return info

    yield make
    for ingress_id in made:
        livekit("ingress.delete_ingress", api.DeleteIngressRequest(ingress_id=ingress_id))


@pytest.fixture
def state(livekit: Callable[..., Any]) -> State:
    """The state of an ingress in LiveKit."""

    def look(ingress_id: str) -> api.IngressState:
        request = api.ListIngressRequest(ingress_id=ingress_id)
        (info,) = livekit("ingress.list_ingress", request).items
        assert isinstance(info.state, api.IngressState)
        return info.state

    return look


@pytest.fixture
def becomes(state: State) -> Becomes:
    """Wait for a status of an ingress."""

    def wait(ingress_id: str, status: str) -> api.IngressState:
        wanted = api.IngressState.Status.Value(f"ENDPOINT_{status}")
        until(lambda: state(ingress_id).status == wanted)
        return state(ingress_id)

    return wait
