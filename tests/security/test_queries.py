"""Whatever the address says: a page, or a 4xx; never a 5xx."""

import secrets
import string
from collections.abc import Callable, Iterable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.surface import places
from tests.support.dashboard import Dashboard
from tests.support.hostile import TEXTS, encoded
from tests.support.visitor import Seen, Visitor
from tests.support.world import world

NAMES = ["q", "sort", "page", "per_page", "people", "partial", "forget", "deep", "kind", "x", ""]
FREE = st.tuples(st.text(max_size=8), st.text(max_size=40))
RAW = st.text(
    string.ascii_letters + string.digits + "%&=+;[]{}/?:@!$'()*,~-._|^`\"<>\\", max_size=60
)
LOOSE = RAW.map(lambda text: quote(text, safe="%&=+;[]/?:@!$'()*,~"))
SEGMENTS = st.one_of(
    st.text(max_size=30).map(lambda text: quote(text, safe="", errors="replace")),
    st.binary(max_size=20).map(lambda raw: quote(raw, safe="")),
    st.text(string.ascii_letters + "-_=", max_size=30).map("~{}".format),
    st.sampled_from(
        ["-", "~", "~~", "..", ".", "%2e%2e", "%2F", "%00", "~LQ", "new", "x" * 30_000]
    ),
)
EXPECTED = {200, 401, 404, 422}
EACH = 4


def queries(names: Iterable[str]) -> st.SearchStrategy[str]:
    """Return queries of these names with valid and invalid values, and queries of others."""
    known = sorted({*names, "partial"})
    values = st.sampled_from([*TEXTS, *known])  # a route's words are its choices too
    pair = st.tuples(st.sampled_from(known), values)
    return st.one_of(st.lists(st.one_of(pair, pair, FREE), max_size=6).map(encoded), LOOSE)


def holds(check: Callable[..., None], *given_: st.SearchStrategy[str], tries: int = 120) -> None:
    """Run the check over many addresses."""
    settings(max_examples=tries, deadline=None, derandomize=True, database=None)(
        given(*given_)(check)
    )()


def fine(seen: Seen, address: str) -> None:
    """Fail unless the answer is one of those expected, and nothing of it went into a header."""
    assert seen.status in EXPECTED, (address, seen.status)
    assert "x-evil" not in seen.headers, address


def test_any_query_of_any_page_is_answered(
    stack: Stack, dashboard: Dashboard, admin: Visitor, crowd: Crowd
) -> None:
    def answers(path: str, query: str) -> None:
        fine(admin.get(f"{path}?{query}"), f"{path}?{query}")

    room, identity = f"queries-{secrets.token_hex(4)}", "ann"
    with world(stack, room, "name") as there:
        guest = crowd.join(room, identity, kind="sip")
        for place in places(dashboard.app, **there.names(identity)):
            if "GET" in place.guards:
                asked = st.just(place.path)
                holds(answers, asked, queries(place.queries), tries=EACH)
    guest.leave()


def test_any_path_is_answered(admin: Visitor) -> None:
    def answers(path: str, query: str) -> None:
        seen = admin.get(f"{path}?{query}")
        if seen.status == 307:  # a name in another spelling than ours: the usual one, immediately
            location = seen.headers["location"]
            assert location.startswith("/rooms/"), path
            seen = admin.get(location)
        fine(seen, path)

    rooms = SEGMENTS.map("/rooms/{}".format)
    forms = st.tuples(SEGMENTS, st.sampled_from(["edit", "delete", "token", "nope", ""]))
    people = st.tuples(SEGMENTS, SEGMENTS).map("/rooms/{0[0]}/participants/{0[1]}/edit".format)
    paths = st.one_of(rooms, forms.map("/rooms/{0[0]}/{0[1]}".format), people)
    holds(answers, paths, queries(NAMES))


@pytest.mark.parametrize("path", ["/nope", "/rooms", "/health", "/static/x"])
def test_any_query_of_somebody_unknown_is_answered(nobody: Visitor, path: str) -> None:
    for value in TEXTS:
        query = encoded([(name, value) for name in NAMES])
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
    assert page.all("section")[0]["data-title"] == "Invalid address"
    assert f"{query.partition('=')[0]}:" in page.text


@pytest.mark.parametrize(
    "query", ["page=7", "q=", "q=%00", "sort=-name&page=2", "unknown=1", "&&="]
)
def test_a_harmless_one_is_a_page(admin: Visitor, query: str) -> None:
    assert admin.get(f"/rooms?{query}").status == 200
