"""/metrics: figures for Prometheus, for requests with the token, with labels that cannot grow."""

import json
import re
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Visitor
from tests.support.webhooks import body_of, deliver, event, send
from tools.commands import ROOT

TOKEN = "a-metrics-token-of-the-tests-0123456789"
Start = Callable[..., Dashboard]
Samples = dict[str, list[tuple[dict[str, str], float]]]


@pytest.fixture(scope="module")
def measured(start_dashboard: Start) -> Dashboard:
    """A dashboard with figures."""
    return start_dashboard(metrics_token=TOKEN)


def scrape(dashboard: Dashboard, token: str = TOKEN) -> httpx.Response:
    """Ask as Prometheus does."""
    return httpx.get(f"{dashboard.url}/metrics", headers={"Authorization": f"Bearer {token}"})


def samples(dashboard: Dashboard) -> Samples:
    """Return the figures by name: labels and value."""
    answer = scrape(dashboard)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def total(found: Samples, name: str, **labels: str) -> float:
    """Return the sum of a figure's samples that have these labels."""
    return sum(value for has, value in found.get(name, []) if labels.items() <= has.items())


def test_there_is_none_without_a_token(admin: Visitor) -> None:
    assert admin.get("/metrics").status == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"bearer{TOKEN}"]
)
def test_nobody_else_reads_it(measured: Dashboard, given: str) -> None:
    answer = httpx.get(f"{measured.url}/metrics", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "livekit_dashboard_requests" not in answer.text


def test_the_administrators_password_is_no_token(measured: Dashboard) -> None:
    assert measured.visitor().get("/metrics").status == 401


def test_other_methods_are_refused(measured: Dashboard) -> None:
    answer = httpx.post(f"{measured.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 405


def test_it_counts_requests_and_calls_and_refusals(measured: Dashboard, room: str) -> None:
    before = samples(measured)
    visitor = measured.visitor()
    for _ in range(3):
        assert visitor.get(f"/rooms/{room}").status == 200
    assert measured.visitor(password="wrong").get("/rooms").status == 401
    assert measured.visitor(username=None).get("/rooms").status == 401
    after = samples(measured)

    def grown(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    requests = "livekit_dashboard_requests_total"
    assert grown(requests, method="GET", route="/rooms/{room}", status="200") == 3
    assert grown(requests, route="/rooms", status="401") == 2
    assert grown("livekit_dashboard_request_seconds_count", route="/rooms/{room}") == 3
    calls = "livekit_dashboard_livekit_call_seconds_count"
    assert grown(calls, call="ListParticipants", outcome="ok") == 3
    assert grown("livekit_dashboard_refused_sign_ins_total") == 1
    assert total(after, "process_resident_memory_bytes") > 1_000_000
    assert 1 <= total(after, "livekit_dashboard_tasks") < 50  # this very request is one


def test_it_counts_webhooks(measured: Dashboard) -> None:
    before = samples(measured)
    content = event("room_started")
    assert [deliver(measured, content).status_code for _ in range(2)] == [200, 200]
    assert deliver(measured, event("of_tomorrow")).status_code == 200
    assert send(measured, body_of(content), None).status_code == 401
    after = samples(measured)

    def grown(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    received = "livekit_dashboard_webhooks_received_total"
    assert grown(received, event="room_started") == 2
    assert grown(received, event="other") == 1
    assert grown("livekit_dashboard_webhooks_refused_total", reason="no_token") == 1
    assert grown("livekit_dashboard_refused_sign_ins_total") == 0


def test_what_livekit_failed_at_is_told_by_kind(start_dashboard: Start, relay: Relay) -> None:
    dashboard = start_dashboard(livekit_url=relay.url, metrics_token=TOKEN)
    relay.mode = "broken"
    assert dashboard.visitor().get("/rooms").status == 502
    found = samples(dashboard)
    calls = "livekit_dashboard_livekit_call_seconds_count"
    assert total(found, calls, call="ListRooms", outcome="LiveKitError") == 1
    assert total(found, calls, outcome="ok") == 0


def test_labels_do_not_grow_with_what_somebody_types(measured: Dashboard) -> None:
    visitor = measured.visitor()
    before = samples(measured)
    for number in range(30):
        visitor.get(f"/rooms/nobody-{number}")
        visitor.get(f"/nothing/{number}")
        with suppress(httpx.HTTPError):
            visitor.http.request(f"ODD{number}", f"/odd/{number}")
    grown = samples(measured)
    series = {name: len(found) for name, found in grown.items()}
    assert all(count - len(before.get(name, [])) <= 60 for name, count in series.items()), series
    labels = {v for found in grown.values() for has, _ in found for v in has.values()}
    assert not [label for label in labels if re.search(r"nobody|nothing|odd|ODD", label)]


def test_the_grafana_panels_ask_for_what_there_is(measured: Dashboard) -> None:
    measured.visitor(password="wrong").get("/rooms")
    there = set(samples(measured))
    panels = json.loads((ROOT / "deploy" / "grafana.json").read_text())["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"\b(?:livekit_dashboard|process)_\w+", target["expr"])
    }
    assert len(asked) >= 5
    assert asked <= there
