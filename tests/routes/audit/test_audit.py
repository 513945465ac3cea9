"""/audit with a real store: acts are recorded, shown, filtered and sent as files."""

import csv
import io
import json
import re
import secrets
from collections.abc import Callable, Iterator

import pytest

from app.text.paths import room_path
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def stored(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    return start_dashboard(database_url=databases.new())


@pytest.fixture
def ada(stored: Dashboard) -> Iterator[Visitor]:
    visitor = stored.visitor()
    yield visitor
    visitor.close()


def test_an_act_is_recorded_with_its_outcome(ada: Visitor, make_room: Callable[..., str]) -> None:
    room = make_room()
    ada.post(f"/rooms/{room}/edit", metadata="tenant-7")
    listed = ada.get("/audit", params={"q": room})
    assert "Edit room" in listed.text
    assert "done" in listed.text
    path = re.search(r'href="(/audit/\d+)"', listed.html)
    assert path
    entry = ada.get(path[1])
    for text in ("Attempted", "Done", room, "admin", "room.edit", "127.0.0.1"):
        assert text in entry.text


def test_a_refused_act_too(ada: Visitor, room: str) -> None:
    ada.post(f"/rooms/{room}/delete", csrf="wrong")
    listed = ada.get("/audit", params={"q": room, "outcome": "refused"})
    assert "Delete room" in listed.text


def test_strangers_cant_fill_the_store(ada: Visitor, stored: Dashboard, room: str) -> None:
    stranger = stored.visitor(username=None)
    assert stranger.post(f"/rooms/{room}/delete", csrf="wrong").status == 401
    stranger.close()
    assert "Delete room" not in ada.get("/audit", params={"q": room}).text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a/b ../%2F", "\u202eodd", "x" * 300]
)
def test_odd_names(ada: Visitor, name: str) -> None:
    ada.post("/rooms/-/new", name=name)
    ada.post(room_path(name, "delete"))
    listed = ada.get("/audit", params={"q": name})
    assert "<script>alert" not in listed.html
    assert "Delete room" in listed.text


def test_exports_hold_the_same_acts(ada: Visitor, make_room: Callable[..., str]) -> None:
    room = make_room()
    ada.post(f"/rooms/{room}/edit", metadata="=1+1")
    (one,) = json.loads(ada.get("/audit/-/export.json", params={"q": room}).html)
    assert (one["action"], one["outcome"]) == ("room.edit", "done")
    text = ada.get("/audit/-/export.csv", params={"q": room}).html.removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["action"], row["hash"]) == ("room.edit", one["hash"])
    exported = ada.get("/audit", params={"area": "audit"}).text
    assert "Export audit log" in exported


def test_pages_of_the_list(ada: Visitor, make_room: Callable[..., str]) -> None:
    room = make_room()
    for number in range(30):
        ada.post(f"/rooms/{room}/edit", metadata=str(number))
    first = ada.get("/audit", params={"q": room, "per_page": "25"}).html
    older = re.search(r'href="([^"]+before=\d+[^"]*)"', first)
    assert older
    second = ada.get(older[1].replace("&amp;", "&")).html
    assert second.count('<tr id="entry-') == 5
    assert "after=" in second


@pytest.mark.parametrize("path", ["/audit/999999999", "/audit/0", "/audit/x"])
def test_no_such_entry(ada: Visitor, path: str) -> None:
    assert ada.get(path).status in {404, 422}


@pytest.mark.parametrize(
    "query",
    ["outcome=nope", "span=2y", "before=-1", "after=x", "per_page=0", "before=9" + "9" * 30],
)
def test_bad_filters_are_named(ada: Visitor, query: str) -> None:
    assert ada.get(f"/audit?{query}").status == 422


def test_without_a_store_there_is_none(admin: Visitor) -> None:
    assert admin.get("/audit").status == 404
    assert "Audit log" not in admin.get("/").text


def test_only_administrators_see_it(stored: Dashboard) -> None:
    nobody = stored.visitor(username=None)
    assert nobody.get("/audit").status == 401
    nobody.close()


def test_the_store_is_part_of_deep_health(ada: Visitor) -> None:
    assert ada.get("/health?deep=1").status == 200


def test_head_of_an_export_sends_and_records_nothing(ada: Visitor) -> None:
    recorded = ada.get("/audit", params={"q": "", "area": "audit"}).html.count('id="entry-')
    head = ada.http.head("/audit/-/export.csv")
    assert (head.status_code, head.text) == (200, "")
    assert "attachment" in head.headers["content-disposition"]
    assert ada.get("/audit", params={"area": "audit"}).html.count('id="entry-') == recorded


@pytest.mark.parametrize("cursor", ["before=0", "after=0", "before=-1", "before=x"])
def test_an_impossible_page_is_refused(ada: Visitor, cursor: str) -> None:
    assert ada.get(f"/audit?{cursor}").status == 422


def test_blanks_around_a_name_are_found(ada: Visitor) -> None:
    name = f" blank {secrets.token_hex(4)} "
    ada.post("/rooms/-/new", name=name)
    ada.post(room_path(name, "delete"))
    assert "Delete room" in ada.get("/audit", params={"q": name, "kind": "room"}).text


@pytest.mark.parametrize(
    ("place", "title"),
    [("/participants", "Export participants"), ("/sip/calls", "Export calls")],
)
def test_exports_of_personal_data_are_entries(ada: Visitor, place: str, title: str) -> None:
    q = secrets.token_hex(8)
    assert ada.get(f"{place}/-/export.csv", params={"q": q}).status == 200
    listed = ada.get("/audit")
    entry, *_ = re.findall(rf'href="(/audit/\d+)">{title}<', listed.html)
    assert q in ada.get(entry).text
    assert "Done" in ada.get(entry).text
