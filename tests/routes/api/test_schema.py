"""The whole API against its own description: Schemathesis invents requests, right and wrong ones.

A server of its own, because what it invents creates rooms and deletes ingresses.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode

from app.inputs.fields import LONGEST
from app.routes.api.routers import operations
from app.web.api.description import described as describe
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.tokens import Given, give_token

EXAMPLES = 6  # of each operation, besides those that cover its description


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dashboard, Given]]:
    """A dashboard of a server that nobody else uses, and a token for all of it."""
    folder = tmp_path_factory.mktemp("schema")
    with Stack() as stack:
        dashboard = Dashboard(
            **managing(stack),
            database_url=f"sqlite:///{folder}/dashboard.db",
            enable_sip=True,
            api_requests_per_minute=1_000_000,
        ).start()
        yield dashboard, give_token(dashboard, "admin")
        dashboard.stop()


schema = schemathesis.openapi.from_dict(describe(operations(telephony=True), ""))


@cache
def given_cursor(dashboard: Dashboard, given: Given, path: str) -> str:
    """Return the cursor of the second page of a list; empty if it has only one."""
    visitor = dashboard.visitor(username=None)
    seen = visitor.get(path, params={"limit": 1}, headers=given.bearer)
    return str(seen.response.json().get("next") or "")


@schema.parametrize()
@hypothesis.settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
def test_every_answer_is_as_described(case: Any, described: tuple[Dashboard, Given]) -> None:
    dashboard, given = described
    if case.meta.generation.mode is GenerationMode.POSITIVE and "cursor" in case.query:
        # no description can say that only those are accepted that a list gave
        case.query["cursor"] = given_cursor(dashboard, given, case.formatted_path)
    if isinstance(case.body, dict) and isinstance(name := case.body.get("name"), str):
        hypothesis.assume(len(name.encode()) <= LONGEST)  # JSON Schema counts characters
    case.call_and_validate(base_url=dashboard.url, headers=given.bearer)
