"""OTLP_FORWARD_URL: what agents upload reaches another backend, whatever restarts in between."""

from collections.abc import Callable
from pathlib import Path

from tests.support.collector import Collector, Planned
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.uploads import TRACES, Spoken, send
from tests.support.waiting import until

SECRET = "Bearer a-token-of-another-backend"


def test_the_queue_survives_a_restart(
    start_dashboard: Callable[..., Dashboard], databases: Databases, tmp_path: Path
) -> None:
    with Collector() as collector:
        port = collector.port
    url = databases.new()
    same = {
        "database_url": url,
        "storage_url": tmp_path.as_uri(),
        "otlp_forward_url": f"http://127.0.0.1:{port}",
        "otlp_forward_headers": f"Authorization={SECRET.replace(' ', '%20')}",
    }
    spoken = Spoken()
    first = start_dashboard(**same)
    assert send(first, TRACES, spoken.traces(spoken.span("llm_node"))).status_code == 200
    admin = first.visitor()
    until(lambda: "the last try failed" in admin.get("/settings").text.lower())
    shown = admin.get("/settings")
    assert "No connection." in shown.text
    assert "1 batch waits" in shown.text
    assert "a-token-of" not in shown.html
    first.stop()
    with Collector(port) as collector:
        second = start_dashboard(**same)
        until(lambda: collector.arrived, 60)
        assert collector.jobs == [spoken.job]
        assert collector.arrived[0].headers["authorization"] == SECRET
        admin = second.visitor()
        until(lambda: "1 forwarded" in admin.get("/settings").text)
        assert "Nothing waits." in admin.get("/settings").text
        collector.plan = [Planned(400)]
        send(second, TRACES, spoken.traces(spoken.span("tts_node")))
        until(lambda: "1 batch given up" in admin.get("/settings").text)


def test_nothing_is_forwarded_unless_it_is_asked_for(
    start_dashboard: Callable[..., Dashboard], databases: Databases, tmp_path: Path
) -> None:
    dashboard = start_dashboard(database_url=databases.new(), storage_url=tmp_path.as_uri())
    spoken = Spoken()
    send(dashboard, TRACES, spoken.traces(spoken.span("llm_node")))
    assert "Forwarding" not in dashboard.visitor().get("/settings").text.split("Versions")[0]
