"""The egress jobs as a file: /egress/-/export.csv and .json."""

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from livekit import api

from tests.routes.asked import Ask
from tests.routes.conftest import Begin, Start
from tests.routes.egress.jobs import ACTIVE, composite, reached, stop, streaming
from tests.support.fault import Relay
from tests.support.visitor import Visitor


def rows(visitor: Visitor, kind: str, **state: str) -> list[dict[str, Any]]:
    """Download the list, and read it."""
    answer = visitor.get(f"/egress/-/export.{kind}?{urlencode(state)}")
    assert answer.status == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.response.content.decode("utf-8-sig")
    return list(json.loads(text)) if kind == "json" else list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_holds_what_is_filtered_and_no_secret(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, kind: str
) -> None:
    ended = begin(composite(room))
    reached(livekit, ended, ACTIVE)
    stop(livekit, ended)
    info = reached(livekit, ended, api.EgressStatus.EGRESS_COMPLETE)
    running = begin(streaming(room, "rtmp://127.0.0.1/live/hush-hush"))
    reached(livekit, running, ACTIVE)
    assert [row["id"] for row in rows(admin, kind, room=room)] == [running, ended]
    (row,) = rows(admin, kind, room=room, status="ended")
    assert (row["id"], row["status"], row["type"]) == (ended, "complete", "room_composite")
    assert (row["room"], row["room_sid"]) == (room, info.room_id)
    assert rows(admin, kind, room=room, type="web") == []
    assert "hush-hush" not in str(rows(admin, kind))


def test_cells_that_a_spreadsheet_would_run_are_quoted(
    admin: Visitor, begin: Begin, make_room: Any
) -> None:
    room = make_room("=HYPERLINK(1)")
    begin(composite(room))
    assert {row["room"] for row in rows(admin, "csv", room=room)} == {"'=HYPERLINK(1)"}


def test_an_outage_is_no_empty_file(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.mode = "reset"
    answer = visitor.get("/egress/-/export.csv")
    assert answer.status == 503
    assert "attachment" not in answer.headers.get("content-disposition", "")
