"""What is really there is answered as described: each detail, and each list with items."""

import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from app.routes.api.routers import operations
from app.text.paths import segment
from app.web.api.description import described
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.api.conftest import call
from tests.support import history
from tests.support.dashboard import Dashboard
from tests.support.tokens import Given, give_token, program
from tests.support.webhooks import deliver, event
from tests.support.world import world

schema: Any = schemathesis.openapi.from_dict(described(operations(telephony=True), ""))

GETS = [found.ok() for found in schema.get_all_operations() if found.ok().method.upper() == "GET"]


@pytest.fixture(scope="module")
def there(stack: Stack, served: Dashboard, crowd: Crowd) -> Iterator[tuple[Given, dict[str, str]]]:
    """A token for everything, and the names of one of everything, by the paths' parameters."""
    given = give_token(served, "admin")
    call(program(served, given), "DELETE", "/rooms/nothing")  # for the audit
    deliver(served, event("room_started"))
    session = history.session("RM_described", "described")
    kept = {
        history.SESSIONS: [session],
        history.CONNECTIONS: [history.connection("PA_described", session, "ann")],
        history.EGRESS_JOBS: [history.egress("EG_described", session)],
        history.CALLS: [history.call("SCL_described")],
    }
    history.keep(served.settings.stored_in, kept)
    room, identity = f"described/{secrets.token_hex(4)}", 'ann & <bob> "\u202e'
    with world(stack, room, identity, served.settings.stored_in) as made:
        guest = crowd.join(room, identity, audio=True, video=True, kind="sip")
        yield given, made.names(identity) | {"sid": session["sid"]}
        guest.leave()


def test_each_part_of_a_path_has_one_name() -> None:
    names: dict[str, set[str]] = {}
    for found in schema.get_all_operations():
        path = found.ok().path
        for part in re.finditer(r"{(\w+)}", path):
            names.setdefault(path[: part.start()], set()).add(part[1])
    assert names
    assert {before: own for before, own in names.items() if len(own) > 1} == {}


@pytest.mark.parametrize("operation", GETS, ids=lambda operation: operation.path)
def test_what_is_there_is_as_described(
    operation: Any, there: tuple[Given, dict[str, str]], served: Dashboard
) -> None:
    given, names = there
    parameters = {name: segment(names[name]) for name in re.findall(r"{(\w+)}", operation.path)}
    case = operation.Case(path_parameters=parameters)
    seen = case.call_and_validate(base_url=served.url, headers=given.bearer)
    assert seen.status_code == 200
    if seen.headers["content-type"] == ["audio/ogg"]:
        assert seen.content
    elif "items" in seen.json():
        assert seen.json()["items"]
