"""Dialling out with a store: what the call showed is in its record."""

from collections.abc import Callable
from typing import Any

import pytest

from app.text.paths import call_path
from dev.plans import SIPStatus
from dev.workers import Standin
from tests.routes.asked import DIAL
from tests.routes.filled import filled
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.stores import Databases, in_store
from tests.support.streams import history, one
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def keeping(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with a store and an operator."""
    dashboard = start_dashboard(database_url=databases.new())
    add_person(dashboard, "dialer", "admin")
    return dashboard


@pytest.fixture
def operator(keeping: Dashboard) -> Visitor:
    """Somebody who may dial."""
    return signed_in(keeping, "dialer")


@pytest.fixture
def form(operator: Visitor, call_form: dict[str, Any]) -> dict[str, Any]:
    """The fields of the form as this dashboard made it."""
    return call_form | {"csrf": filled(operator.get(DIAL))["csrf"]}


def record(keeping: Dashboard, to: str, **expected: Any) -> None:
    """Check the only record of a call to a number."""
    calls = in_store(keeping.settings.stored_in, history)["calls"]
    one([row for row in calls if row["to_number"] == to], **expected)


def test_an_answered_call_has_the_moment_of_its_answer(
    keeping: Dashboard, operator: Visitor, form: dict[str, Any]
) -> None:
    answer = operator.send(DIAL, form)
    assert answer.status == 303
    record(keeping, form["to"], sip_code=200, room=form["room"], direction="outbound")
    (row,) = [
        row
        for row in in_store(keeping.settings.stored_in, history)["calls"]
        if row["to_number"] == form["to"]
    ]
    assert answer.location == call_path(row["room"], row["identity"])
    assert row["answered_at"] >= row["started_at"]


def test_a_refused_call_has_its_sip_status(
    keeping: Dashboard, operator: Visitor, form: dict[str, Any], standin: Standin
) -> None:
    standin.plan_call(form["to"], decline=SIPStatus(486))
    assert operator.send(DIAL, form).status == 409
    record(keeping, form["to"], sip_code=486, answered_at=None)
