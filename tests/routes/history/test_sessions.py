"""/sessions: every filter, pages, hostile names, and files."""

import csv
import io
import json
import re

import pytest

from tests.routes.history.conftest import HOSTILE, Past


def sids(past: Past, **query: str) -> list[str]:
    seen = past.admin.get("/sessions", params=query)
    assert seen.status == 200
    return re.findall(r'<tr id="session-(RM_\w+)"', seen.html)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["RM_open", "RM_weekly", "RM_bad", "RM_lost"]),
        ({"q": "weekly-review"}, ["RM_weekly", "RM_lost"]),
        ({"q": "weekly"}, []),
        ({"q": "week*"}, ["RM_weekly", "RM_lost"]),
        ({"q": "*review"}, ["RM_weekly", "RM_lost"]),
        ({"q": "WEEK*"}, []),
        ({"q": "*<script>*"}, ["RM_bad"]),
        ({"room": HOSTILE}, ["RM_bad"]),
        ({"identity": "ben"}, ["RM_weekly", "RM_lost"]),
        ({"identity": "nobody"}, []),
        ({"identity": "ben", "errors": "1"}, ["RM_weekly"]),
        ({"kind": "calls"}, ["RM_weekly"]),
        ({"kind": "agents"}, ["RM_weekly"]),
        ({"kind": "recording"}, ["RM_weekly"]),
        ({"kind": "ingress"}, []),
        ({"errors": "1"}, ["RM_weekly"]),
        ({"errors": "1", "kind": "calls", "q": "w*"}, ["RM_weekly"]),
        ({"longer": "1h"}, ["RM_weekly", "RM_lost"]),
        ({"longer": "6h"}, []),
        ({"open": "1"}, ["RM_open"]),
        ({"open": "1", "q": "standup"}, ["RM_open"]),
        ({"span": "1h"}, ["RM_open"]),
        ({"span": "30d", "longer": "1min"}, ["RM_weekly", "RM_bad", "RM_lost"]),
        ({"until": "2020-01-01"}, []),
        ({"since": "2020-01-01", "until": ""}, ["RM_open", "RM_weekly", "RM_bad", "RM_lost"]),
    ],
)
def test_filters(past: Past, query: dict[str, str], expected: list[str]) -> None:
    found = sids(past, **query)
    assert sorted(found) == sorted(expected)
    if "identity" not in query:
        started = {"RM_open": 0, "RM_weekly": 1, "RM_bad": 1, "RM_lost": 2}
        assert [started[sid] for sid in found] == sorted(started[sid] for sid in found)


def test_what_was_inferred_is_said_in_words(past: Past) -> None:
    row = past.admin.get("/sessions", params={"q": "weekly-review"}).html
    lost = row[row.index("session-RM_lost") :]
    assert "start inferred" in lost
    assert "end inferred" in lost
    assert "inferred" not in row[row.index("session-RM_weekly") : row.index("session-RM_lost")]


def test_pages_lead_on_and_back(past: Past) -> None:
    first = past.admin.get("/sessions", params={"per_page": "2"})
    older = re.search(r'href="(/sessions\?[^"]*before=[^"]*)"', first.html)
    assert older
    second = past.admin.get(older[1].replace("&amp;", "&"))
    assert re.findall(r'<tr id="session-(RM_\w+)"', second.html)[-1] == "RM_lost"
    newer = re.search(r'href="(/sessions\?[^"]*after=[^"]*)"', second.html)
    assert newer
    back = past.admin.get(newer[1].replace("&amp;", "&"))
    assert 'id="session-RM_open"' in back.html


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "after=1",
        "before=99999999999999999999.x",
        "kind=nope",
        "since=tomorrow",
        "span=2y",
    ],
)
def test_bad_values_are_refused(past: Past, query: str) -> None:
    assert past.admin.get(f"/sessions?{query}").status == 422


def test_hostile_names_are_escaped(past: Past) -> None:
    seen = past.admin.get("/sessions", params={"q": "*script*"})
    assert "<script>alert" not in seen.html
    assert "[U+202E]" in seen.html


def test_files_have_what_the_list_has(past: Past) -> None:
    text = past.admin.get("/sessions/-/export.csv", params={"q": "w*"}).html.removeprefix("\ufeff")
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["sid"], first["duration"], first["ended_inferred"]) == (
        "RM_weekly",
        "3600.0",
        "False",
    )
    assert (second["sid"], second["ended_inferred"]) == ("RM_lost", "True")
    rows = json.loads(past.admin.get("/sessions/-/export.json").html)
    assert {row["sid"] for row in rows} == {"RM_open", "RM_weekly", "RM_bad", "RM_lost"}


def test_who_may_not_see_persons_cant_search_for_one(past: Past) -> None:
    assert 'name="identity"' not in past.viewer.get("/sessions").html
    assert past.viewer.get("/sessions", params={"identity": "ben"}).status == 403
    assert past.viewer.get("/sessions/-/export.csv", params={"identity": "ben"}).status == 403
    assert past.viewer.get("/sessions/-/export.csv").status == 200


def test_nothing_matches(past: Past) -> None:
    seen = past.admin.get("/sessions", params={"q": "nothing-like-it"})
    assert "No matching sessions" in seen.text
    assert "*review*" in seen.text
