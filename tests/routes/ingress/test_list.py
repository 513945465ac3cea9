"""The list of ingresses: /ingress."""

from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from app.text.formatters import visible
from app.text.paths import ingress_path, room_path
from dev.stack import Stack
from tests.routes import tabs
from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Counted
from tests.routes.rooms.test_rooms_list import listed
from tests.support.dashboard import Dashboard, managing
from tests.support.visitor import Seen, Visitor


def address(**asked: object) -> str:
    """Return the list's address with this state."""
    return f"/ingress?{urlencode(asked)}"


def row(page: Seen, info: Any) -> str:
    """Return the HTML of one row."""
    return page.html.partition(f'<tr id="{info.ingress_id}">')[2].partition("</tr>")[0]


def names(page: Seen, found: dict[str, Any]) -> list[str]:
    """Return the keys of the ingresses on the page, from the top."""
    keys = {info.ingress_id: key for key, info in found.items()}
    return [keys[ingress_id] for ingress_id in listed(page)]


def part_of(found: dict[str, Any]) -> str:
    """Return the text that all names begin with."""
    return str(found["idle"].name[:-2])


def test_shows_state_input_room_and_what_comes_in(admin: Visitor, found: dict[str, Any]) -> None:
    page = admin.get(address(q=part_of(found)))
    assert names(page, found) == ["pulled", "live", "failed", "idle"]
    live, pulled = row(page, found["live"]), row(page, found["pulled"])
    assert "1280 \u00d7 720, 30 fps, 2.5 Mbit/s" in unescape(live)
    assert "640 \u00d7 360, 30 fps, 900 kbit/s" in unescape(pulled)
    for cells, words in ((live, ("publishing", "RTMP")), (pulled, ("publishing", "URL"))):
        assert all(f">{word}</" in cells for word in words)
    assert room_path(found["live"].room_name) in live
    assert ingress_path(found["live"].ingress_id) in live
    failed = row(page, found["failed"])
    assert ">error<" in failed
    assert "cannot read {...}: EOF" in failed
    assert "kbit/s" not in failed + row(page, found["idle"])


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_no_key_or_credential_is_in_the_list(
    request: pytest.FixtureRequest, found: dict[str, Any], who: str
) -> None:
    page = request.getfixturevalue(who).get(address(q=part_of(found)))
    assert len(listed(page)) == 4
    hidden = [info.stream_key for info in found.values() if info.stream_key]
    for text in [*hidden, "pass-word", "to-ken", "frag-ment", "user:"]:
        assert text not in page.html
    assert "https://••••••@media.example/live.m3u8?••••••" in row(page, found["pulled"])


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"state": "publishing"}, {"live", "pulled"}),
        ({"state": "error"}, {"failed"}),
        ({"state": "inactive"}, {"idle"}),
        ({"state": "complete"}, set()),
        ({"input": "whip"}, {"idle"}),
        ({"input": "url"}, {"pulled"}),
        ({"input": "rtmp", "state": "publishing"}, {"live"}),
    ],
)
def test_filters_by_state_and_input(
    admin: Visitor, found: dict[str, Any], asked: dict[str, str], wanted: set[str]
) -> None:
    page = admin.get(address(q=part_of(found), **asked))
    assert set(names(page, found)) == wanted
    options = {option["value"] for option in page.all("option") if "selected" in option}
    assert options == {asked.get("input", "")}
    assert tabs.chosen(page) == [asked.get("state", "All").capitalize()]


def test_each_tab_counts_what_the_other_filters_leave(
    admin: Visitor, found: dict[str, Any]
) -> None:
    page = admin.get(address(q=part_of(found), state="publishing"))
    counts = tabs.counts(page)
    for label, target in tabs.targets(page).items():
        there = admin.get(target)
        assert len(listed(there)) == counts[label]
        assert tabs.chosen(there) == [label]
        # a tab without rows is there only while it is chosen
        assert tabs.counts(there) == counts | tabs.counts(there)
    assert counts["Error"] == 1
    assert counts["All"] == sum(counts.values()) - counts["All"]
    assert tabs.counts(admin.get(address(q=part_of(found), input="whip")))["Publishing"] == 0


def test_filters_by_name_id_room_and_identity(admin: Visitor, found: dict[str, Any]) -> None:
    part = part_of(found).upper()
    for q, key in (
        (f"{part}-D", "idle"),
        (found["failed"].ingress_id[3:].lower(), "failed"),
        (f"{part} Z", "idle"),
        (f"{part} WHO", "live"),
    ):
        assert names(admin.get(address(q=q)), found) == [key]
    for secret in ("pass-word", found["live"].stream_key):
        assert "No matching ingresses" in admin.get(address(q=secret)).text


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["pulled", "failed", "live", "idle"]),
        ("-name", ["idle", "live", "failed", "pulled"]),
        ("-bitrate", ["live", "pulled"]),
        ("-input", ["idle", "pulled"]),
        ("-state", ["idle", "failed", "pulled", "live"]),
    ],
)
def test_sorts(admin: Visitor, found: dict[str, Any], sort: str, order: list[str]) -> None:
    page = admin.get(address(q=part_of(found), sort=sort))
    assert names(page, found)[: len(order)] == order
    heads = [h["aria-sort"] for h in page.all("th") if h.get("aria-sort", "none") != "none"]
    assert heads == ["descending" if sort.startswith("-") else "ascending"]


def test_pages_and_links_keep_the_state(admin: Visitor, found: dict[str, Any]) -> None:
    asked = {"q": part_of(found), "state": "publishing", "input": "rtmp", "sort": "-name"}
    page = admin.get(address(**asked, per_page=1))
    assert len(listed(page)) == 1
    kept_links = [a["href"] for a in page.all("a") if "q=" in a.get("href", "")]
    assert len(kept_links) >= 6 + 2  # columns, exports
    for href in set(kept_links) - set(tabs.targets(page).values()):
        query = {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}
        assert {"q": asked["q"], "state": "publishing", "input": "rtmp"}.items() <= query.items()
    both = admin.get(address(q=part_of(found), per_page=3, page=2))
    assert names(both, found) == ["idle"]


@pytest.mark.parametrize(
    ("query", "named"),
    [("sort=key", "sort"), ("state=dreaming", "state"), ("input=fax", "input"), ("page=0", "page")],
)
def test_wrong_values_are_422_and_named(admin: Visitor, query: str, named: str) -> None:
    page = admin.get(f"/ingress?{query}")
    assert page.status == 422
    assert f" {named}: " in page.text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_are_only_text(admin: Visitor, make_ingress: Ask, odd: str) -> None:
    info = make_ingress(name=odd, room_name=odd, participant_identity=odd)
    page = admin.get(address(q=info.ingress_id))
    assert listed(page) == [info.ingress_id]
    assert page.all("a", title=visible(odd), href=ingress_path(info.ingress_id))
    assert page.all("a", title=visible(odd), href=room_path(odd))
    assert "<script>alert" not in page.html


def test_costs_one_livekit_call(counted: Counted, found: dict[str, Any]) -> None:
    for path in (address(q=part_of(found)), address(partial=1), address(sort="name")):
        page, calls = counted.get(path)
        assert (page.status, calls, page.calls) == (200, 1, ["ListIngress"])


def test_who_may_only_read_gets_no_buttons(
    nobody: Visitor, reader: Visitor, admin: Visitor, found: dict[str, Any]
) -> None:
    assert nobody.get("/ingress").status == 401
    path = address(q=part_of(found))
    ways = [a.get("href") for a in admin.get(path).all("a", **{"data-dialog": ""})]
    assert f"{ingress_path(found['live'].ingress_id)}/delete" in ways
    assert f"{ingress_path(found['pulled'].ingress_id)}/edit" not in ways
    page = reader.get(path)
    assert len(listed(page)) == 4
    dialogs = [a.get("href", "") for a in page.all("a", **{"data-dialog": ""})]
    assert not [href for href in dialogs if href.startswith("/ingress")]
    assert 'href="/ingress"' in reader.get("/").html


def test_a_server_without_base_urls_says_which_line_is_missing(
    start_dashboard: Callable[..., Dashboard], admin: Visitor, found: object
) -> None:
    with Stack(settings={"ingress": {"whip_base_url": "https://in.example/w"}}) as bare:
        visitor = start_dashboard(**managing(bare)).visitor()
        assert "No ingresses yet" in visitor.get("/ingress").text
        page = visitor.follow(visitor.post("/ingress/-/new", identity="i", room="r", enabled="on"))
        for seen in (page, visitor.get("/ingress")):
            assert "LiveKit's configuration has no ingress.rtmp_base_url" in seen.text
            assert "whip_base_url" not in seen.text
        assert "no URL" in page.text
        assert "ffmpeg" not in page.text
        whip = visitor.post("/ingress/-/new", identity="i", room="r", input="whip", enabled="on")
        assert "https://in.example/w" in visitor.follow(whip).text
        assert "ffmpeg 8" in visitor.get(whip.location).text
    assert "rtmp_base_url" not in admin.get("/ingress").text


def test_a_server_without_redis_says_so(bare: Visitor) -> None:
    page = bare.get("/ingress")
    assert page.status == 200
    assert "Ingress is not set up" in page.text
    assert "rtmp_base_url: rtmp://HOST:1935/live" in page.text
    assert 'INGRESS_CONFIG_BODY="$(cat ingress.yaml)" livekit/ingress' in page.text
    one = bare.get("/ingress/IN_x")
    assert (one.status, "ingress not connected (redis required)" in one.text) == (409, True)
