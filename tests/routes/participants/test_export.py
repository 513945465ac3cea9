"""The participants of all rooms as a file: /participants/-/export."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest

from tests.routes.conftest import Join
from tests.support.visitor import Visitor


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_all_that_match_are_in_it(admin: Visitor, room: str, join: Join, kind: str) -> None:
    ada = join(room, "ada", name="=Ada", audio=True)
    join(room, "helper", kind="agent")
    admin.post(f"/rooms/{room}/participants/ada/mute", track=ada.track_sids["microphone"])
    state = urlencode({"q": room, "kind": "standard", "page": 7, "per_page": 1})
    answer = admin.get(f"/participants/-/export.{kind}?{state}")
    assert answer.status == 200
    text = answer.response.content.decode("utf-8-sig")
    rows = json.loads(text) if kind == "json" else list(csv.DictReader(io.StringIO(text)))
    (row,) = rows
    assert (row["room"], row["identity"], row["sid"]) == (room, "ada", ada.sid)
    assert (row["kind"], row["state"]) == ("standard", "active")
    assert row["joined"]
    if kind == "csv":
        assert row["name"] == "'=Ada"
        assert row["tracks"] == "microphone (muted)"
    else:
        sid = ada.track_sids["microphone"]
        track = {"sid": sid, "what": "microphone", "kind": "audio", "muted": True}
        assert row["tracks"] == [track]


def test_an_unknown_kind_of_file_is_refused(admin: Visitor) -> None:
    assert admin.get("/participants/-/export.xml").status == 422
