"""Programs that use the API of a dashboard with a store."""

from collections.abc import Callable
from typing import Any

import pytest

from app.config.agents import WorkerAddress
from tests.support.dashboard import Dashboard
from tests.support.tokens import give_token, program
from tests.support.visitor import Seen, Visitor


@pytest.fixture(scope="module")
def served(start_dashboard: Callable[..., Dashboard], tmp_path_factory: Any) -> Dashboard:
    """A dashboard with a store, telephony included, and an agent worker that isn't there."""
    url = f"sqlite:///{tmp_path_factory.mktemp('api')}/dashboard.db"
    workers = (WorkerAddress("http://127.0.0.1:9"),)
    return start_dashboard(database_url=url, enable_sip=True, agent_workers=workers)


@pytest.fixture(scope="module")
def root(served: Dashboard) -> Visitor:
    """A program that may do everything a token may."""
    return program(served, give_token(served, "admin"))


@pytest.fixture(scope="module")
def viewer(served: Dashboard) -> Visitor:
    """A program that may only look."""
    return program(served, give_token(served, "viewer"))


def call(visitor: Visitor, method: str, path: str, body: Any = None, **headers: str) -> Seen:
    """Send a request to the API, with a JSON body if there is one."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    more = {} if body is None else {"json": body}
    return Seen(visitor.http.request(method, f"/api/v1{path}", headers=given, **more))


def items(visitor: Visitor, path: str, **query: Any) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        seen = visitor.get(f"/api/v1{path}", params={**query, "cursor": cursor})
        assert seen.status == 200, seen.html
        page = seen.response.json()
        assert page.keys() == {"items", "next"}
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def problem(seen: Seen, status: int) -> dict[str, Any]:
    """Return the problem of an answer, which must have this status."""
    assert seen.status == status, seen.html
    assert seen.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = seen.response.json()
    assert told["status"] == status
    assert told["request_id"] == seen.headers["x-request-id"]
    return told
