"""The figures of the sidebar: on pages, in the header of polls, and never more than was read."""

import json
from collections.abc import Callable
from typing import Any

from livekit import api

from app.navigation.figures import HEADER, Figure, shown
from tests.routes.asked import Ask
from tests.routes.conftest import Busy, Counted
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor


def header(page: Seen) -> dict[str, Any]:
    """Return the figures of a poll; none without the header."""
    figures: dict[str, Any] = json.loads(page.headers.get(HEADER.lower(), "{}"))
    return figures


def sidebar(page: Seen) -> str:
    """Return the sidebar of a page."""
    return page.html.partition("<nav id")[2].partition("</nav>")[0].partition("<template")[0]


def test_a_page_and_its_polls_have_the_same_figures(admin: Visitor, livekit: Ask) -> None:
    for path in ("/rooms", "/sip/trunks", "/sip/rules"):
        sent = header(admin.get(f"{path}?partial=1"))
        assert list(sent) == [path]
        number, words = sent[path]["count"]
        page = admin.get(path)
        assert f'id="figure-{path[1:].replace("/", "-")}"' in sidebar(page)
        assert words.startswith(f"{number} ")
        assert words in sidebar(page)
        assert sidebar(page).count('class="figure"') == 1


def test_a_304_has_them_too(admin: Visitor, busy: Busy, room: str) -> None:
    path = f"/rooms?q={room}&partial=1"
    first = admin.get(path)
    again = admin.get(path, headers={"HX-PTag": first.headers["hx-ptag"]})
    assert (again.status, again.html) == (304, "")
    assert list(header(again)) == ["/rooms"]


def test_a_filter_changes_no_count(admin: Visitor, make_room: Callable[..., str]) -> None:
    make_room()
    figure = header(admin.get("/rooms?q=no-such-room&partial=1"))["/rooms"]
    assert int(figure["count"][0].replace(",", "")) >= 1


def test_the_overview_knows_most_and_asks_nothing_for_it(counted: Counted, busy: Busy) -> None:
    page, _ = counted.get("/?partial=1")
    assert set(header(page)) == {
        "/rooms",
        "/participants",
        "/agents",
        "/egress",
        "/ingress",
        "/sip/rules",
    }
    assert len(page.calls) == 8


def test_a_part_of_a_list_is_no_count(admin: Visitor, livekit: Ask, room: str) -> None:
    request = api.CreateIngressRequest(
        input_type=api.IngressInput.RTMP_INPUT, room_name=room, participant_identity="i"
    )
    made = livekit("ingress.create_ingress", request)
    assert list(header(admin.get("/ingress?partial=1"))) == ["/ingress"]
    whole = header(admin.get("/ingress?partial=1"))
    for query in ("q=x", "input=rtmp"):
        assert header(admin.get(f"/ingress?{query}&partial=1")) == {}
    for query in ("state=error", "per_page=25&page=9"):
        assert header(admin.get(f"/ingress?{query}&partial=1")) == whole
    livekit("ingress.delete_ingress", api.DeleteIngressRequest(ingress_id=made.ingress_id))


def test_unknown_is_neither_shown_nor_0(
    admin: Visitor, relay: Relay, start_dashboard: Callable[..., Dashboard]
) -> None:
    assert 'class="figure"' not in sidebar(admin.get("/settings"))
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.close()
    for path in ("/", "/rooms"):
        assert header(visitor.get(f"{path}{'&' if '?' in path else '?'}partial=1")) == {}
        assert 'class="figure"' not in sidebar(visitor.get(path))


def test_who_may_not_see_a_page_gets_no_line_for_it(nobody: Visitor) -> None:
    page = nobody.get("/rooms")
    assert page.status == 401
    assert HEADER.lower() not in page.headers
    assert not page.all("nav", class_="sidebar")


def test_without_redis_the_parts_are_off_with_the_reason(bare: Visitor) -> None:
    off = {"off": "LiveKit has no Redis"}
    telephony = ["calls", "trunks", "rules", "route", "definitions"]
    paths = {"/egress", "/ingress", *(f"/sip/{part}" for part in telephony)}
    sent = header(bare.get("/?partial=1"))
    assert {path for path, figure in sent.items() if figure == off} == paths
    assert header(bare.get("/egress?partial=1")) == {"/egress": off}
    page = sidebar(bare.get("/egress"))
    assert 'class="off" title="LiveKit has no Redis"' in page
    assert "Not set up: LiveKit has no Redis" in page


def test_how_figures_read() -> None:
    assert shown({"/rooms": Figure(1204)}) == {"/rooms": {"count": ("1,204", "1,204 rooms")}}
    assert shown({"/rooms": Figure()}) == {"/rooms": {}}
    assert shown({"/egress": Figure(0, 2)}) == {
        "/egress": {"count": ("0", "0 active jobs"), "mark": ("2", "2 failed", "bad")}
    }
    assert shown({"/egress": Figure(marked=0)}) == {"/egress": {"mark": None}}
    one = {"mark": ("1", "at least 1 dispatch without a worker", "bad")}
    assert shown({"/agents": Figure(marked=1, at_least=True)}) == {"/agents": one}
    # none of some rooms is not none of all
    assert shown({"/agents": Figure(marked=0, at_least=True)}) == {"/agents": {}}
    assert shown({"/sip/rules": Figure(3, 1)})["/sip/rules"]["mark"][2] == "warn"
