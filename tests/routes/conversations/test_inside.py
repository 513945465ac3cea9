"""The list by what is inside of conversations: tools, kinds of errors, slow stages; and the API."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from app.services.conversations.lists import inside, listing
from app.services.history.lists import walking
from app.store.schema import CONVERSATION_ERRORS
from tests.support import conversations as talks
from tests.support.dashboard import Dashboard
from tests.support.history import keep, minutes
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

HOSTILE = '<script>alert(1)</script>"&\u202e'


@dataclass(frozen=True)
class Talked:
    """A dashboard with conversations, and who asks it: a person and a program."""

    admin: Visitor
    program: Visitor

    def jobs(self, **query: str) -> list[str]:
        """Return the jobs that the list has, in its order."""
        seen = self.admin.get("/conversations", params=query)
        assert seen.status == 200
        return re.findall(r'<tr id="conversation-(AJ_\w+)"', seen.html)


def _called(of: dict[str, Any], number: int, name: str, failed: bool | None) -> list[Any]:
    """Return a call of a tool, and its result unless it has none."""
    own: dict[str, Any] = {"role": "", "name": name, "call": f"c{number}"}
    found = [talks.line(of, number, "{}", kind="function_call", **own)]
    if failed is not None:
        own |= {"kind": "function_call_output", "failed": failed}
        found.append(talks.line(of, number + 1, "done", **own))
    return found


def _rows() -> dict[Any, list[Any]]:
    first = talks.conversation("AJ_first", tool_calls=2, tool_failures=1)
    second = talks.conversation("AJ_second", agent="sales", started_at=minutes(9), errors=2)
    second |= {"tool_calls": 2}
    third = talks.conversation("AJ_third", started_at=minutes(20), ended_at=None, errors=1)
    lines = [*_called(first, 1, "pay", True), *_called(first, 5, "find", False)]
    lines += [*_called(second, 1, "pay", False), *_called(second, 5, HOSTILE, None)]
    lines.append(talks.line(third, 1, "", kind="agent_handoff", role="", name="pay"))
    for number, (of, delay) in enumerate([(first, 2_300_000), (second, 400_000)]):
        slow: dict[str, Any] = {"role": "assistant", "llm_first_token": delay}
        lines.append(talks.line(of, 50 + number, "It is sunny.", **slow))
    errors = [(second, "llm", 2), (second, "tts", 0), (third, HOSTILE[:32], 1)]
    return {
        talks.CONVERSATIONS: [first, second, third],
        talks.CONVERSATION_ITEMS: lines,
        talks.CONVERSATION_TAGS: [talks.tagged(second, "vip")],
        CONVERSATION_ERRORS: [
            {"job": of["job"], "kind": kind, "times": times} for of, kind, times in errors
        ],
    }


@pytest.fixture(scope="module")
def talked(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Talked:
    """A dashboard with conversations, on each database."""
    url = databases.new()
    keep(url, _rows())
    dashboard = start_dashboard(database_url=url)
    return Talked(dashboard.visitor(), program(dashboard, give_token(dashboard, "admin")))


@pytest.fixture(params=["sorted", "walked", "in parts"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a page is found: few rows by an index, row by row, or only the next ones."""
    if request.param != "sorted":
        monkeypatch.setattr(walking, "FEW", 0)
    if request.param == "in parts":
        monkeypatch.setattr(listing, "WALKED", 2)
        monkeypatch.setattr(listing, "STAGED", 2)
    return str(request.param)


FILTERS = [
    ({"tool": "pay"}, ["AJ_second", "AJ_first"]),
    ({"tool": "pay", "tools": "1"}, ["AJ_first"]),
    ({"tool": "find"}, ["AJ_first"]),
    ({"tool": "find", "tools": "1"}, []),
    ({"tool": HOSTILE}, ["AJ_second"]),
    ({"tool": "nothing"}, []),
    ({"tool": "pay", "agent": "sales"}, ["AJ_second"]),
    ({"tool": "pay", "tag": "vip"}, ["AJ_second"]),
    ({"tool": "pay", "error": "llm"}, ["AJ_second"]),
    ({"tool": "pay", "order": "longest"}, ["AJ_first", "AJ_second"]),
    ({"error": "llm"}, ["AJ_second"]),
    ({"error": "tts"}, []),
    ({"error": HOSTILE[:32], "running": "1"}, ["AJ_third"]),
    ({"stage": "llm_first_token", "delay": "2.3"}, ["AJ_first"]),
    ({"stage": "llm_first_token", "delay": "0.1"}, ["AJ_second", "AJ_first"]),
    ({"stage": "llm_first_token", "delay": "0.1", "tool": "find"}, ["AJ_first"]),
    ({"stage": "tts_first_byte", "delay": "0.1"}, []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters(talked: Talked, way: str, query: dict[str, str], expected: list[str]) -> None:
    found = talked.jobs(**query)
    if way == "in parts":  # the page may end before it has found all of them, and says so
        seen = talked.admin.get("/conversations", params=query)
        assert found == expected[: len(found)]
        assert found == expected or "Not all conversations were searched" in seen.text
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("query", "expected"), [each for each in FILTERS if "order" not in each[0]]
)
def test_the_api(talked: Talked, query: dict[str, str], expected: list[str]) -> None:
    asked: dict[str, str] = {**query}
    if asked.pop("tools", ""):
        asked["tool_failures"] = "true"
    found = talked.program.http.get("/api/v1/conversations", params=asked)
    assert found.status_code == 200
    assert [each["job_id"] for each in found.json()["items"]] == expected


@pytest.mark.parametrize(
    "query",
    [
        {"stage": "response"},
        {"stage": "text"},
        {"stage": "hook", "delay": "-1"},
        {"stage": "hook", "delay": "inf"},
        {"stage": "hook", "delay": "soon"},
    ],
)
def test_bad_values_are_refused(talked: Talked, query: dict[str, str]) -> None:
    assert talked.admin.get("/conversations", params=query).status == 422
    assert talked.program.http.get("/api/v1/conversations", params=query).status_code == 422


def test_what_is_asked_for_is_shown_and_can_be_removed(talked: Talked) -> None:
    query = {"tool": HOSTILE, "error": "llm", "stage": "llm_first_token", "delay": "0.25"}
    seen = talked.admin.get("/conversations", params=query)
    assert "<script>alert" not in seen.html
    assert "LLM first token of 0.25 s or more" in seen.main
    assert "error llm" in seen.main
    links = [unescape(each) for each in re.findall(r'href="(/conversations\?[^"]*)"', seen.html)]
    assert any("stage" not in link and "error=llm" in link for link in links)
    assert any("error=" not in link and "delay=0.25" in link for link in links)
    assert 'name="stage" value="llm_first_token"' in seen.html


def test_words_of_few_lines_bound_a_search_for_a_stage_no_less(
    talked: Talked, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"q": "sunny", "stage": "llm_first_token", "delay": "0.1"}
    assert talked.jobs(**query) == ["AJ_second", "AJ_first"]
    monkeypatch.setattr(listing, "WORDY", 2)
    assert talked.jobs(**query) == ["AJ_second"]
    seen = talked.admin.get("/conversations", params=query)
    assert "Not all conversations were searched" in seen.text


def test_it_is_in_files_too(talked: Talked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "STAGED", 1)
    query = {"stage": "llm_first_token", "delay": "0.1"}
    found = talked.admin.http.get("/conversations/-/export.json", params=query).json()
    assert [each["job_id"] for each in found] == ["AJ_second", "AJ_first"]
    assert inside.STAGED > 1
