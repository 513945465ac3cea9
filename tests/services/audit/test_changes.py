"""Changes as the audit keeps them: values before and after, short, and without secrets."""

import json
from typing import Any

import pytest
from livekit.api import SIPInboundTrunkInfo

from app.services.audit.changes import (
    LONGEST,
    MOST_CHANGES,
    MOST_TEXTS,
    between,
    for_log,
    kept,
    secret_changed,
    shown,
    without_secrets,
)
from app.services.audit.rows import as_json
from app.services.ingress.media import Quality
from app.services.ingress.options import Layer, VideoOptions
from app.services.livekit.differences import Difference, differences

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


def one(before: Any, after: Any, name: str = "metadata") -> dict[str, Any]:
    (row,) = kept(between({name: before}, {name: after}))["changes"]
    return dict(row)


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("old", "new", {"before": "old", "after": "new"}),
        ("", "new", {"before": None, "after": "new"}),
        ("old", "", {"before": "old", "after": None}),
        (True, False, {"before": "on", "after": "off"}),
        (0, 45, {"before": "0", "after": "45"}),
        (["a"], ["a", "b"], {"before": "a", "after": ["a", "b"]}),
        (frozenset("ba"), frozenset(), {"before": ["a", "b"], "after": None}),
    ],
)
def test_values_before_and_after(before: Any, after: Any, row: dict[str, Any]) -> None:
    assert one(before, after) == {"field": "metadata"} | row


def test_what_stays_the_same_is_left_out() -> None:
    same = {"name": "x", "tags": {"a": "1"}, "missing": ""}
    assert kept(between(same, same | {"missing": None})) == {"changes": []}


def test_what_was_not_read_is_not_invented() -> None:
    facts = kept(between(None, {"layout": "grid", "subscribed": {"TR_1": True}}))
    assert facts["changes"] == [
        {"field": "layout", "after": "grid"},
        {"field": "subscribed", "key": "TR_1", "after": "on"},
    ]
    assert [each.known for each in shown(facts) or []] == [False, False]


def test_entries_of_mappings_and_parts_of_options() -> None:
    before = {"attributes": {"a": "1", "b": "2"}, "video": VideoOptions()}
    after = {
        "attributes": {"b": "3", "c": "4"},
        "video": VideoOptions(frame_rate=30.0, layers=(Layer(Quality.HIGH, 640, 480),)),
    }
    assert kept(between(before, after, of="ada"))["changes"] == [
        {"of": "ada", "field": "attributes", "key": "a", "before": "1", "after": None},
        {"of": "ada", "field": "attributes", "key": "b", "before": "2", "after": "3"},
        {"of": "ada", "field": "attributes", "key": "c", "before": None, "after": "4"},
        {"of": "ada", "field": "video.frame_rate", "before": "0.0", "after": "30.0"},
        {
            "of": "ada",
            "field": "video.layers",
            "before": None,
            "after": "quality HIGH, width 640, height 480, bitrate 0",
        },
    ]


def test_of_secrets_only_that_they_change() -> None:
    old = SIPInboundTrunkInfo(auth_password="old-password", headers={"X-Auth-Token": "old-token"})
    new = SIPInboundTrunkInfo(auth_password="new-password", headers={"X-Plain": "1"})
    facts = kept([*differences(old, new), *secret_changed("password")])
    assert {(row["field"], row.get("key")): row.get("secret") for row in facts["changes"]} == {
        ("auth_password", None): "changed",
        ("headers", "X-Auth-Token"): "removed",
        ("headers", "X-Plain"): None,
        ("password", None): "changed",
    }
    assert "old-" not in as_json(facts)
    assert "new-" not in as_json(facts)
    assert [each.verb for each in shown(facts) or [] if each.secret].count("changed") == 2


@pytest.mark.parametrize(
    "text",
    [
        "rtmp://live.example/app/SECRET-key-1",
        "srt://10.0.0.1:9000?passphrase=SECRET",
        "see https://ada:SECRET@media.example/x?token=SECRET",
        json.dumps({"deep": [{"apiKey": "SECRET"}]}),
        json.dumps({"auth": {"user": "ada", "with": "SECRET"}}),
        '{"\\u0070assword": "SECRET"}',
        '{"password": "SECRET", broken',
        "password=SECRET",
        "Token: SECRET",
        "pin = SECRET",
        f"a token {TOKEN} in between".replace("c2lnbmF0dXJl", "SECRET"),
        '{"a":' * 5000 + '"password": "SECRET"',
    ],
)
def test_secrets_in_values_are_masked(text: str) -> None:
    masked = without_secrets(text)
    assert "SECRET" not in masked.replace("SEC...", "")
    assert "SECRET" not in as_json(kept(between({"metadata": ""}, {"metadata": text})))


def test_a_secret_within_a_value_that_changes_is_a_secret() -> None:
    assert one('{"password":"one"}', '{"password":"two"}') == {
        "field": "metadata",
        "secret": "changed",
    }


def test_plain_values_stay_as_they_are() -> None:
    for text in ('{ "a" : 1.0 }', "see https://example.com/a?b=1", "مرحبا \u202e", "secret santa"):
        assert without_secrets(text) == text
    assert json.loads(as_json(without_secrets("a\ud800b\0"))) == "a?b\0"


def test_long_values_are_cut_where_they_differ() -> None:
    same = "x" * 500_000
    row = one(f"{same}old", f"{same}new")
    assert row["before"].startswith("… xxx")
    assert "old … (500,003 characters in all)" in row["before"]
    assert "new … (500,003 characters in all)" in row["after"]
    assert len(row["after"]) < LONGEST
    row = one("", same)
    assert (row["before"], row["after"][:LONGEST]) == (None, "x" * LONGEST)
    assert row["after"].endswith("x … (500,000 characters in all)")


def test_long_lists_have_what_differs() -> None:
    numbers = [f"+1555{number:07}" for number in range(MOST_TEXTS + 50)]
    row = one(numbers, [*numbers[1:], "+49"], "numbers")
    assert row == {
        "field": "numbers",
        "before": "+15550000000",
        "after": "+49",
        "unchanged": MOST_TEXTS + 49,
    }
    row = one([], numbers, "numbers")
    assert row["after"][-1] == "… and 50 more"
    (back,) = shown({"changes": [one(numbers, [*numbers[1:], "+49"], "numbers")]}) or []
    assert (back.removed, back.added, back.kept) == (("+15550000000",), ("+49",), MOST_TEXTS + 49)


def test_not_all_of_many_changes() -> None:
    after = {"attributes": {f"a{number:03}": "1" for number in range(MOST_CHANGES + 7)}}
    facts = kept(between({}, after))
    assert (len(facts["changes"]), facts["changes_omitted"]) == (MOST_CHANGES, 7)


def test_the_log_has_only_the_names_of_the_fields() -> None:
    facts = {"room": "a"} | kept(between({"x": "1", "tags": {}}, {"x": "2", "tags": {"b": "3"}}))
    assert for_log(facts) == {"room": "a", "changed": ["x", "tags"]}
    assert for_log({"room": "a"}) == {"room": "a"}


def test_they_are_shown_as_they_were() -> None:
    changes = [
        Difference(("media", "encryption"), "", ("require",), ("allow",)),
        Difference(("headers",), "X-New", (), ("1",)),
        Difference(("numbers",), "", ("1", "2"), ("2",)),
    ]
    assert shown(json.loads(as_json(kept(changes)))) == changes
    assert shown({"changed": ["numbers"]}) is None  # an entry of an older version
