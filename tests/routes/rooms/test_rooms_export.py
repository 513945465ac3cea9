"""The list of rooms as a file: /rooms/-/export.csv and .json."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.routes.asked import Ask, all_rooms
from tests.routes.conftest import Counted, Shelf
from tests.routes.rooms.test_rooms_list import address, listed
from tests.support.visitor import Seen, Visitor


def file(visitor: Visitor, kind: str, **state: object) -> Seen:
    """Download the list."""
    answer = visitor.get(f"/rooms/-/export.{kind}?{urlencode(state)}")
    assert answer.status == 200, answer.text
    return answer


def rows(visitor: Visitor, kind: str, **state: object) -> list[dict[str, Any]]:
    """Download the list, and read it."""
    text = file(visitor, kind, **state).response.content.decode("utf-8-sig")
    if kind == "json":
        return list(json.loads(text))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("people", ["", "any", "empty"])
@pytest.mark.parametrize("sort", ["", "name", "-created"])
def test_holds_exactly_the_filtered_rooms_in_their_order(
    admin: Visitor, shelf: Shelf, kind: str, people: str, sort: str
) -> None:
    state = {"q": shelf[0], "people": people, "sort": sort}
    wanted = listed(admin.get(address(**state)))
    assert wanted
    assert [row["sid"] for row in rows(admin, kind, **state)] == wanted
    paged = rows(admin, kind, **state, page=2, per_page=1)
    assert [row["sid"] for row in paged] == wanted  # all that match, whatever page is shown


def test_figures_are_livekits_own(admin: Visitor, shelf: Shelf) -> None:
    part, rooms = shelf
    of_csv = {row["sid"]: row for row in rows(admin, "csv", q=part)}
    of_json = {row["sid"]: row for row in rows(admin, "json", q=part)}
    for room in rooms:
        texts, values = of_csv[room.sid], of_json[room.sid]
        assert (texts["name"], texts["metadata"]) == (room.name, room.metadata)
        assert (values["name"], values["metadata"]) == (room.name, room.metadata)
        assert texts["participants"] == str(room.num_participants)
        assert values["publishers"] == room.num_publishers
        assert values["empty_timeout"] == room.empty_timeout
        created = datetime.fromtimestamp(room.creation_time_ms / 1000, UTC)
        assert datetime.fromisoformat(values["created"]) == created
        assert datetime.fromisoformat(texts["created"]) == created
        assert texts.keys() == values.keys()


def quoted(text: str) -> str:
    """Return a cell as it is harmless: a quote before a formula, also behind what parts cells."""
    inner = text[0] + "'" + text[1:] if text[0] in "\t\r" else text
    return f"'{inner}"


def test_a_spreadsheet_runs_no_formula(admin: Visitor, make_room: Ask) -> None:
    evil = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("//x","y")']
    part = "formula-in-metadata"
    names = [make_room(f"{evil[0]}{part}")]
    names += [make_room(f"{part}{number}", metadata=text) for number, text in enumerate(evil)]
    found = rows(admin, "csv", q=part)
    assert len(found) == len(names)
    cells = [cell for row in found for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {row["metadata"] for row in found} == {"", *(quoted(e) for e in evil)}
    assert f"'{names[0]}" in {row["name"] for row in found}
    # JSON is no spreadsheet: there it stands as it is
    assert {row["metadata"] for row in rows(admin, "json", q=part)} == {"", *evil}


def test_any_name_and_metadata_come_through(admin: Visitor, make_room: Ask) -> None:
    odd = 'a "b", c;\nd\u2028\U0001f3a5 \u202e é,'
    name = make_room(f"odd {odd}", metadata=f'{{"x": "{odd!r}"}}')
    for kind in ("csv", "json"):
        (row,) = rows(admin, kind, q=name)
        assert row["name"] == name
        assert row["metadata"] == f'{{"x": "{odd!r}"}}'


def test_the_turn_password_is_nowhere(admin: Visitor, shelf: Shelf) -> None:
    part, rooms = shelf
    secrets = [room.turn_password for room in rooms]
    assert all(secrets), "LiveKit is expected to give one for every room"
    for path in (
        f"/rooms/-/export.csv?q={part}",
        f"/rooms/-/export.json?q={part}",
        f"/rooms?q={part}",
        f"/rooms/{rooms[0].name}",
        f"/rooms/{rooms[0].name}/edit",
    ):
        page = admin.get(path)
        assert page.status == 200
        assert rooms[0].name in page.html
        assert not [secret for secret in secrets if secret in page.html]
        assert not [word for word in ("turn_password", "turnPassword") if word in page.html]


def test_is_a_file_with_a_name(admin: Visitor, shelf: Shelf) -> None:
    for kind, media in (("csv", "text/csv; charset=utf-8"), ("json", "application/json")):
        answer = file(admin, kind, q=shelf[0])
        assert answer.headers["content-type"] == media
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith('attachment; filename="rooms-')
        assert disposition.endswith(f'.{kind}"')
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_found_is_still_a_whole_file(admin: Visitor, livekit: Ask) -> None:
    assert all_rooms(livekit, "no-such-room") == []
    assert rows(admin, "json", q="no-such-room") == []
    text = file(admin, "csv", q="no-such-room").response.content.decode("utf-8-sig")
    assert text.startswith("sid,name,metadata,participants")
    assert text.count("\n") == 1


def test_costs_one_livekit_call(counted: Counted, shelf: Shelf) -> None:
    _, calls = counted.get(f"/rooms/-/export.csv?q={shelf[0]}")
    assert calls == 1


def test_refuses_wrong_values_and_who_may_not(
    admin: Visitor, nobody: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    assert admin.get("/rooms/-/export.csv?sort=nonsense").status == 422
    assert admin.get("/rooms/-/export.json?people=some").status == 422
    assert 400 <= admin.get("/rooms/-/export.xml").status < 500
    assert admin.http.post("/rooms/-/export.csv").status_code == 405
    assert nobody.get("/rooms/-/export.csv").status == 401
    assert len(rows(reader, "csv", q=shelf[0])) == len(shelf[1])
