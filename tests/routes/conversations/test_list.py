"""/conversations: every filter and order, pages, hostile names, masks, and files."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.support import conversations as talks
from tests.support.dashboard import Dashboard
from tests.support.history import NOW, keep, minutes
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

HOSTILE = '<script>alert(1)</script> "x" \u202e' + "long " * 30
ODD_JOB = "AJ/../" + "\u00e9" * 100


@dataclass(frozen=True)
class Talked:
    """A dashboard with conversations, and who looks at it."""

    dashboard: Dashboard
    admin: Visitor
    viewer: Visitor
    masked: Visitor

    def jobs(self, **query: str) -> list[str]:
        """Return the jobs that the list has, in its order."""
        seen = self.admin.get("/conversations", params=query)
        assert seen.status == 200
        return re.findall(r'<tr id="conversation-(AJ_\w+)"', seen.html)


def _rows() -> dict[object, list[dict[str, object]]]:
    first = talks.conversation(
        "AJ_first",
        caller="amara",
        caller_kind="SIP",
        call="SCL_1",
        dispatch="AD_1",
        version="v1",
        outcome="success",
        tool_calls=3,
        tool_failures=1,
        interruptions=2,
        response_p50=900 * talks.MILLISECOND,
        response_p95=2_500 * talks.MILLISECOND,
    )
    second = talks.conversation(
        "AJ_second",
        agent="sales",
        room="sales-2",
        caller="ben",
        started_at=minutes(20),
        ended_at=minutes(100),
        ended_inferred=True,
        outcome="fail",
        outcome_reason="no",
        errors=2,
        response_p95=700 * talks.MILLISECOND,
    )
    live = talks.conversation("AJ_live", started_at=minutes(170), ended_at=None)
    silent = talks.conversation(
        "AJ_silent", started_at=minutes(150), ended_at=None, heard_at=NOW - timedelta(minutes=20)
    )
    hostile = talks.conversation(
        "AJ_bad", agent=HOSTILE, room=HOSTILE, caller=HOSTILE, started_at=minutes(30)
    )
    hostile["ended_at"], hostile["duration"] = minutes(31), 60_000_000
    odd = talks.conversation(ODD_JOB, agent="odd", started_at=minutes(-60), ended_at=minutes(-59))
    return {
        talks.CONVERSATIONS: [first, second, live, silent, hostile, odd],
        talks.CONVERSATION_TAGS: [talks.tagged(first, f"tag-{n}") for n in range(9)]
        + [talks.tagged(second, "vip"), talks.tagged(hostile, HOSTILE[:200])],
        talks.CONVERSATION_USAGE: [talks.used(first, "gpt-4o"), talks.used(second, "other")],
        talks.CONVERSATION_ITEMS: [talks.line(first, 1, "Where is my order?")],
    }


@pytest.fixture(scope="module")
def talked(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Talked:
    """A dashboard with conversations."""
    url = databases.new()
    keep(url, _rows())  # type: ignore[arg-type]
    dashboard = start_dashboard(database_url=url)
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    few = ["server.read", "history.read", "conversations.read"]
    masked = program(dashboard, give_token(dashboard, "support", few))
    return Talked(dashboard, dashboard.visitor(), viewer, masked)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"agent": "receptionist"}, ["AJ_live", "AJ_silent", "AJ_first"]),
        ({"agent": "recep*"}, ["AJ_live", "AJ_silent", "AJ_first"]),
        ({"agent": "recep"}, []),
        ({"agent": "*<script>*"}, ["AJ_bad"]),
        ({"room": "support"}, ["AJ_live", "AJ_silent", "AJ_first"]),
        ({"room": "s*", "agent": "sales"}, ["AJ_second"]),
        ({"session": "RM_AJ_second"}, ["AJ_second"]),
        ({"session": "RM_AJ_second", "agent": "receptionist"}, []),
        ({"call": "SCL_1"}, ["AJ_first"]),
        ({"dispatch": "AD_1"}, ["AJ_first"]),
        ({"caller": "amara"}, ["AJ_first"]),
        ({"caller": HOSTILE}, ["AJ_bad"]),
        ({"version": "v1"}, ["AJ_first"]),
        ({"model": "gpt-4o"}, ["AJ_first"]),
        ({"model": "gpt-4o", "tag": "vip"}, []),
        ({"tag": "vip"}, ["AJ_second"]),
        ({"tag": "vip", "errors": "1", "outcome": "fail"}, ["AJ_second"]),
        ({"outcome": "success"}, ["AJ_first"]),
        ({"errors": "1"}, ["AJ_second"]),
        ({"tools": "1"}, ["AJ_first"]),
        ({"tools": "1", "errors": "1"}, []),
        ({"interrupted": "1", "agent": "receptionist"}, ["AJ_first"]),
        ({"running": "1"}, ["AJ_live", "AJ_silent"]),
        ({"longer": "5min"}, ["AJ_second", "AJ_first"]),
        ({"longer": "1h"}, ["AJ_second"]),
        ({"slower": "2s"}, ["AJ_first"]),
        ({"slower": "10s"}, []),
        ({"span": "1h"}, ["AJ_live", "AJ_silent"]),
        ({"until": "2020-01-01"}, []),
        ({"order": "longest"}, ["AJ_second", "AJ_first", "AJ_bad"]),
        ({"order": "longest", "agent": "receptionist"}, ["AJ_first"]),
        ({"order": "longest", "tag": "vip"}, ["AJ_second"]),
        ({"order": "longest", "span": "1h"}, []),
        ({"order": "slowest"}, ["AJ_first", "AJ_second"]),
        ({"order": "slowest", "longer": "1h"}, ["AJ_second"]),
    ],
)
def test_filters(talked: Talked, query: dict[str, str], expected: list[str]) -> None:
    found = talked.jobs(**query)
    assert [job for job in found if job.isascii()] == expected


def test_a_row_says_what_was_reported(talked: Talked) -> None:
    seen = talked.admin.get("/conversations", params={"caller": "amara"})
    assert 'href="/conversations/AJ_first"' in seen.html
    assert 'href="/history/participants/amara"' in seen.html
    for text in ("10 min", "2.5 s", "0.9 s", "success", "tag-0", "tag-3"):
        assert text in seen.text
    assert "tag-4" not in seen.text


def test_live_ones_are_marked(talked: Talked) -> None:
    talks.hear(talked.dashboard, "AJ_live")
    html = talked.admin.get("/conversations", params={"running": "1"}).html
    live, silent = html.split('id="conversation-AJ_silent"')
    assert ">live</span>" in live
    assert ">live</span>" not in silent
    assert "no end reported" in silent
    assert "data-live" in html or "data-topics" in html


def test_an_inferred_end_is_said(talked: Talked) -> None:
    assert "end inferred" in talked.admin.get("/conversations", params={"agent": "sales"}).text
    first = talked.admin.get("/conversations", params={"caller": "amara"})
    assert "end inferred" not in first.text


@pytest.mark.parametrize("order", ["", "longest"])
def test_pages_lead_on_and_back(talked: Talked, order: str) -> None:
    everything = talked.jobs(order=order)
    address, listed = f"/conversations?per_page=2&order={order}", []
    for _ in range(4):
        seen = talked.admin.get(address)
        listed += re.findall(r'<tr id="conversation-(AJ_\w+)"', seen.html)
        older = re.search(r'href="(/conversations\?[^"]*before=[^"]*)"', seen.html)
        if not older:
            break
        address = older[1].replace("&amp;", "&")
    assert listed == everything
    newer = re.search(r'href="(/conversations\?[^"]*after=[^"]*)"', seen.html)
    assert newer
    back = talked.admin.get(newer[1].replace("&amp;", "&"))
    before = re.findall(r'<tr id="conversation-(AJ_\w+)"', back.html)
    assert set(before) <= set(everything)
    assert before


@pytest.mark.parametrize(
    "query",
    ["before=x", "after=1", "outcome=nope", "since=tomorrow", "order=cost", "longer=2y"],
)
def test_bad_values_are_refused(talked: Talked, query: str) -> None:
    assert talked.admin.get(f"/conversations?{query}").status == 422


def test_hostile_names_are_escaped(talked: Talked) -> None:
    seen = talked.admin.get("/conversations", params={"agent": "*script*"})
    assert "<script>alert" not in seen.html
    assert "[U+202E]" in seen.html


def test_files_have_what_the_list_has(talked: Talked) -> None:
    seen = talked.admin.get("/conversations/-/export.csv", params={"outcome": "success"})
    (row,) = csv.DictReader(io.StringIO(seen.html.removeprefix("\ufeff")))
    assert (row["job_id"], row["duration"], row["response_p95"]) == ("AJ_first", "600.0", "2.5")
    assert (row["caller"], row["outcome"]) == ("amara", "success")
    rows = json.loads(talked.admin.get("/conversations/-/export.json").html)
    assert len(rows) == 6
    assert "Where is my order" not in json.dumps(rows)


def test_callers_are_masked_for_those_who_may_not_see_them(talked: Talked) -> None:
    seen = talked.masked.get("/conversations")
    assert seen.status == 200
    assert "amara" not in seen.html
    assert "Caller 1" in seen.text
    assert 'name="caller"' not in seen.html
    assert talked.masked.get("/conversations", params={"caller": "amara"}).status == 403
    exported = talked.masked.get("/conversations/-/export.json").html
    assert "amara" not in exported
    assert "Caller 1" in exported


@pytest.mark.parametrize("path", ["", "/-/export.csv", "/-/set-up"])
def test_viewers_may_not_see_conversations(talked: Talked, path: str) -> None:
    assert talked.viewer.get(f"/conversations{path}").status == 403


def test_nothing_matches(talked: Talked) -> None:
    seen = talked.admin.get("/conversations", params={"agent": "nobody"})
    assert "No matching conversations" in seen.text
    assert "*support*" in seen.text


def test_the_sidebar_counts_live_ones(talked: Talked) -> None:
    talks.hear(talked.dashboard, "AJ_live")
    seen = talked.admin.get("/conversations")
    assert "1 live conversation" in seen.html


@pytest.mark.parametrize(
    ("q", "job"),
    [("AJ_second", "AJ_second"), ("receptionist", "AJ_live"), ("recep", ""), ("*", "")],
)
def test_search_finds_a_job_and_an_agent(talked: Talked, q: str, job: str) -> None:
    seen = talked.admin.get("/search", params={"q": q})
    assert re.findall(r'href="/conversations/(AJ_\w+)"', seen.html) == ([job] if job else [])
    assert 'href="/conversations/' not in talked.viewer.get("/search", params={"q": q}).html
