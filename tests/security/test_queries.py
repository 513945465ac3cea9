"""Whatever the address says: a page, or a 4xx; never a 5xx."""

import string
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.paths import room_path
from tests.support.visitor import Seen, Visitor

NAMES = ["q", "sort", "page", "per_page", "people", "partial", "forget", "deep", "kind", "x", ""]
VALUES = [
    *["", "0", "-1", "1", "2", "1.5", "1e9", "٣", "999999999999999999999", "NaN", "null", "true"],
    *[
        "name",
        "-name",
        "--name",
        "__class__",
        "participants",
        "any",
        "empty",
        "1;2",
        "[",
        "%",
        "\0",
    ],
    *["<script>", "' OR 1=1 --", "../..", "\u202e", "\ud7ff", "🎥", "x" * 1001, "\r\nX-Evil: 1"],
]
KNOWN = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES))
FREE = st.tuples(st.text(max_size=8), st.text(max_size=40))
WELL_FORMED = st.lists(st.one_of(KNOWN, FREE), max_size=6).map(
    lambda pairs: urlencode([(name, value) for name, value in pairs], errors="replace")
)
RAW = st.text(
    string.ascii_letters + string.digits + "%&=+;[]{}/?:@!$'()*,~-._|^`\"<>\\", max_size=60
)
QUERIES = st.one_of(WELL_FORMED, RAW.map(lambda text: quote(text, safe="%&=+;[]/?:@!$'()*,~")))
SEGMENTS = st.one_of(
    st.text(max_size=30).map(lambda text: quote(text, safe="", errors="replace")),
    st.binary(max_size=20).map(lambda raw: quote(raw, safe="")),
    st.text(string.ascii_letters + "-_=", max_size=30).map("~{}".format),
    st.sampled_from(
        ["-", "~", "~~", "..", ".", "%2e%2e", "%2F", "%00", "~LQ", "new", "x" * 30_000]
    ),
)
PLACES = [
    "/",
    "/rooms",
    "/rooms/-/export.csv",
    "/rooms/-/export.json",
    "/rooms/-/export.xml",
    "/rooms/-/new",
    "/logout",
    "/health",
    "/nope",
    "ROOM",
    "ROOM/edit",
    "ROOM/delete",
    "ROOM/send",
    "/sandbox",
    "/sandbox/decode",
    "ROOM/participants/nobody/edit",
    "ROOM/participants/nobody/subscriptions",
]
EXPECTED = {200, 401, 404, 422}


def holds(check: Callable[[str, str], None], paths: st.SearchStrategy[str]) -> None:
    """Run the check over many addresses."""
    settings(max_examples=120, deadline=None, derandomize=True)(given(paths, QUERIES)(check))()


def fine(seen: Seen, address: str) -> None:
    """Fail unless the answer is one of those expected, and nothing of it went into a header."""
    assert seen.status in EXPECTED, (address, seen.status)
    assert "x-evil" not in seen.headers, address


def test_any_query_of_any_page_is_answered(admin: Visitor, room: str) -> None:
    def answers(path: str, query: str) -> None:
        address = path.replace("ROOM", room_path(room)) + f"?{query}"
        fine(admin.get(address), address)

    holds(answers, st.sampled_from(PLACES))


def test_any_path_is_answered(admin: Visitor) -> None:
    def answers(path: str, query: str) -> None:
        fine(admin.get(f"{path}?{query}"), path)

    rooms = SEGMENTS.map("/rooms/{}".format)
    forms = st.tuples(SEGMENTS, st.sampled_from(["edit", "delete", "token", "nope", ""]))
    people = st.tuples(SEGMENTS, SEGMENTS).map("/rooms/{0[0]}/participants/{0[1]}/edit".format)
    holds(answers, st.one_of(rooms, forms.map("/rooms/{0[0]}/{0[1]}".format), people))


@pytest.mark.parametrize("path", ["/nope", "/rooms", "/health", "/static/x"])
def test_any_query_of_somebody_unknown_is_answered(nobody: Visitor, path: str) -> None:
    for value in VALUES:
        query = urlencode(dict.fromkeys(NAMES, value), errors="replace")
        seen = nobody.get(f"{path}?{query}")
        assert seen.status in {200, 401, 404, 422}, (path, query)
        assert seen.csrf == ""


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1000001",
        "page=99999999999999999999999",
        "page=1.5",
        "per_page=0",
        "per_page=201",
        "sort=nope",
        "sort=__class__",
        "people=some",
        "q=" + "x" * 1001,
    ],
)
@pytest.mark.parametrize("path", ["/rooms", "/rooms/-/export.csv"])
def test_a_wrong_value_is_a_422_that_names_it(admin: Visitor, path: str, query: str) -> None:
    page = admin.get(f"{path}?{query}")
    assert page.status == 422
    assert page.all("section")[0]["data-title"] == "The address has a wrong value"
    assert f"{query.partition('=')[0]}:" in page.text


@pytest.mark.parametrize(
    "query", ["page=7", "q=", "q=%00", "sort=-name&page=2", "unknown=1", "&&="]
)
def test_a_harmless_one_is_a_page(admin: Visitor, query: str) -> None:
    assert admin.get(f"/rooms?{query}").status == 200
