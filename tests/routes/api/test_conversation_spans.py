"""/api/v1/conversations/{job}/spans: pages, filters, and what spans say of themselves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.routes.api.conversations import spans as operation
from tests.routes.api.conftest import call, items, problem
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, send
from tests.support.visitor import Visitor

SECRET = "what the caller said"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the storage."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def heard(
    databases: Databases, start_dashboard: Callable[..., Dashboard], files: Path
) -> Dashboard:
    """A dashboard that agents upload to, on each database."""
    return start_dashboard(database_url=databases.new(), storage_url=f"file://{files}")


@pytest.fixture(scope="module")
def root(heard: Dashboard) -> Visitor:
    """A program that may do everything a token may."""
    return program(heard, give_token(heard, "admin"))


@pytest.fixture(scope="module")
def spoken(heard: Dashboard) -> Spoken:
    """A conversation whose spans came in three batches."""
    spoken = Spoken()
    turn = spoken.span("agent_turn", 1, 5, lk__pii__user_input=SECRET, lk__interrupted=True)
    node = spoken.span("llm_node", 2, 1.5, parent=turn.span_id, gen_ai__request__model="model-1")
    node.events.add(name="exception")
    stall = spoken.span("event_loop_blocked", 3, lk__blocking__duration=0.5)
    for span in (stall, node, turn):
        assert send(heard, TRACES, spoken.traces(span)).status_code == 200
    return spoken


def path(spoken: Spoken) -> str:
    return f"/conversations/{spoken.job}/spans"


def test_in_the_order_of_time(root: Visitor, spoken: Spoken) -> None:
    for limit in (1, 2, 50):
        found = items(root, path(spoken), limit=limit)
        assert [each["name"] for each in found] == ["agent_turn", "llm_node", "event_loop_blocked"]
    turn, node, _ = found
    assert (turn["parent"], node["parent"]) == (None, turn["span"])
    assert (turn["duration"], node["label"], node["failed"]) == (5.0, "model-1", False)
    assert turn["details"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "MODEL"}, ["llm_node"]),
        ({"only": "slow"}, ["llm_node"]),
        ({"only": "stalls"}, ["event_loop_blocked"]),
        ({"only": "failed"}, []),
    ],
)
def test_only_some(
    root: Visitor, spoken: Spoken, query: dict[str, str], expected: list[str]
) -> None:
    assert [each["name"] for each in items(root, path(spoken), limit=1, **query)] == expected


def test_with_details(root: Visitor, spoken: Spoken) -> None:
    turn, node, _ = (each["details"] for each in items(root, path(spoken), details=True))
    assert turn["attributes"]["lk.pii.user_input"] == SECRET
    assert turn["attributes"]["lk.interrupted"] is True
    assert turn["hidden"] == 0
    assert [each["name"] for each in node["events"]] == ["exception"]


def test_without_personal_content(heard: Dashboard, spoken: Spoken) -> None:
    reader = program(heard, give_token(heard, "support", ["conversations.read"]))
    turn, *_ = (each["details"] for each in items(reader, path(spoken), details=True))
    assert "lk.pii.user_input" not in turn["attributes"]
    assert turn["attributes"]["lk.interrupted"] is True
    assert turn["hidden"] == 1


def test_a_page_reads_few_batches(
    root: Visitor, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation, "MOST_BATCHES", 2)
    first = root.get(f"/api/v1{path(spoken)}", params={"details": "true"}).response.json()
    assert [each["name"] for each in first["items"]] == ["agent_turn", "llm_node"]
    assert len(items(root, path(spoken), details=True)) == 3


def test_what_is_not_there(heard: Dashboard, root: Visitor, spoken: Spoken) -> None:
    problem(call(root, "GET", "/conversations/AJ_none/spans"), 404)
    problem(call(root, "GET", f"{path(spoken)}?cursor=WzEsMl0"), 422)
    viewer = program(heard, give_token(heard, "viewer"))
    problem(call(viewer, "GET", path(spoken)), 403)


def test_without_its_file(heard: Dashboard, root: Visitor, files: Path) -> None:
    spoken = Spoken()
    for name in ("kept", "lost"):
        send(heard, TRACES, spoken.traces(spoken.span(name, 1 if name == "kept" else 2)))
        if name == "kept":
            before = set(files.rglob("traces-*"))
    [lost] = set(files.rglob("traces-*")) - before
    lost.unlink()
    kept, gone = items(root, path(spoken), details=True)
    assert kept["details"] is not None
    assert (gone["name"], gone["details"]) == ("lost", None)
