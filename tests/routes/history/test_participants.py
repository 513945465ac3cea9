"""/history/participants: connections of all sessions, and of one identity."""

import csv
import io
import re

import pytest

from tests.routes.history.conftest import Past


def sids(past: Past, **query: str) -> list[str]:
    seen = past.admin.get("/history/participants", params=query)
    assert seen.status == 200
    return re.findall(r'<tr id="connection-(PA_\w+)"', seen.html)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {f"PA_{number}" for number in range(1, 11)}),
        ({"identity": "ben"}, {"PA_2", "PA_3", "PA_10"}),
        ({"identity": "ben", "q": "weekly-review"}, {"PA_2", "PA_3", "PA_10"}),
        ({"q": "standup"}, {"PA_8"}),
        ({"q": "stand*"}, {"PA_8"}),
        ({"q": "*up"}, {"PA_8"}),
        ({"kind": "sip"}, {"PA_7"}),
        ({"kind": "agent", "q": "weekly-review"}, {"PA_6"}),
        ({"kind": "standard", "span": "1h"}, {"PA_8"}),
        ({"aborted": "1"}, {"PA_4"}),
        ({"aborted": "1", "kind": "sip"}, set()),
        ({"until": "2020-01-01"}, set()),
    ],
)
def test_filters(past: Past, query: dict[str, str], expected: set[str]) -> None:
    assert set(sids(past, **query)) == expected


def test_names_are_masked_without_the_permission(past: Past) -> None:
    seen = past.viewer.get("/history/participants")
    assert seen.status == 200
    assert not re.search("amara|Nwosu|Calloway|5550142", seen.html)
    assert "Participant 1" in seen.text
    assert past.viewer.get("/history/participants", params={"identity": "ben"}).status == 403
    assert past.viewer.get("/history/participants/ben").status == 403
    assert past.viewer.get("/history/participants/-/export.csv").status == 403


def test_a_file_of_names_is_in_the_audit_log(past: Past) -> None:
    seen = past.admin.get("/history/participants/-/export.csv", params={"identity": "ben"})
    first, *others = csv.DictReader(io.StringIO(seen.html.removeprefix("\ufeff")))
    assert (first["identity"], first["name"]) == ("ben", "Ben Calloway")
    assert len(others) == 2
    assert "Export participant history" in past.admin.get("/audit").text


def test_everything_of_an_identity(past: Past) -> None:
    seen = past.admin.get("/history/participants/ben")
    for text in ("Ben Calloway", "3 connections", "weekly-review", "connection lost"):
        assert text in seen.text
    assert 'href="/sessions/RM_lost"' in seen.html
    assert "View history of a participant" in past.admin.get("/audit").text


def test_an_identity_without_history(past: Past) -> None:
    assert "Nothing recorded" in past.admin.get("/history/participants/nobody").text


def test_hostile_identities_have_pages(past: Past) -> None:
    listed = past.admin.get("/history/participants").html
    path = re.search(r'href="(/history/participants/~[\w-]+)"', listed)
    assert path
    assert 'title="&#34;&gt;&lt;b&gt;' in past.admin.get(path[1]).html or "&lt;img" in listed
