"""/sip: what telephony needs, while ENABLE_SIP is off or LiveKit has no Redis."""

from collections.abc import Callable

import pytest

from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.fault import Relay
from tests.support.visitor import Visitor

PAGES = ["/sip", "/sip/calls", "/sip/trunks", "/sip/rules", "/sip/route?caller=1&called=2"]


def lines(visitor: Visitor, path: str) -> list[str]:
    """Return what the page says to copy, in order."""
    page = visitor.get(path)
    assert page.status == 200
    return [str(button["data-copy"]) for button in page.all("button") if "data-copy" in button]


@pytest.fixture
def without(start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """A visitor of a dashboard without ENABLE_SIP, whose LiveKit has Redis."""
    return start_dashboard(enable_sip=False).visitor()


def test_off_there_is_one_dimmed_line_that_leads_here(without: Visitor) -> None:
    page = without.get("/rooms")
    nav = page.html.partition("<nav id")[2].partition("</nav>")[0]
    assert [a["href"] for a in page.all("a") if str(a.get("href")).startswith("/sip")] == ["/sip"]
    assert "Not set up: ENABLE_SIP is off in the dashboard" in nav
    assert without.get("/sip/trunks").status == 404


def test_off_it_names_exactly_what_is_missing(without: Visitor, stack: Stack) -> None:
    said = lines(without, "/sip")
    assert said[0] == "ENABLE_SIP=true"
    assert len(said) == 3
    assert f"api_key: {stack.api_key}\napi_secret: SECRET\nws_url: {stack.url}\n" in said[1]
    assert said[2].endswith('-e SIP_CONFIG_BODY="$(cat sip.yaml)" livekit/sip')
    assert stack.api_secret not in without.get("/sip").html
    assert "LiveKit has Redis" in without.get("/sip").text


def test_off_and_without_redis_both_are_missing(
    bare_stack: Stack, start_dashboard: Callable[..., Dashboard]
) -> None:
    settings = {**managing(bare_stack), "enable_sip": False}
    said = lines(start_dashboard(**settings).visitor(), "/sip")
    assert said[:2] == ["ENABLE_SIP=true", "redis:\n  address: 127.0.0.1:6379"]
    assert len(said) == 4


def test_off_and_unreachable_it_says_what_is_unknown(
    relay: Relay, start_dashboard: Callable[..., Dashboard]
) -> None:
    visitor = start_dashboard(livekit_url=relay.url, enable_sip=False).visitor()
    relay.close()
    assert "LiveKit couldn't be checked: LiveKit is unreachable." in visitor.get("/sip").text


@pytest.mark.parametrize("path", [*PAGES, "/sip/definitions"])
def test_without_redis_every_page_of_it_says_so(bare: Visitor, path: str) -> None:
    said = lines(bare, path)
    assert said[0] == "redis:\n  address: 127.0.0.1:6379"
    assert len(said) == 3
    page = bare.get(path)
    assert "LiveKit has no Redis." in page.text
    assert page.all("a", href="?")  # check again
    assert page.all("div", **{"data-hx-trigger": "scheduled, refresh"})


def test_what_needs_redis_leads_to_the_set_up_page(bare: Visitor) -> None:
    for path, place in (
        ("/egress/EG_x", "/egress"),
        ("/ingress/IN_x", "/ingress"),
        ("/sip/trunks/ST_x", "/sip/trunks"),
    ):
        page = bare.get(path)
        assert page.status == 409
        labels = {"/egress": "Set up egress", "/ingress": "Set up ingress"}
        assert labels.get(place, "Set up telephony") in page.text
    # a program that asks for a file gets an error, never a page
    assert bare.get("/sip/trunks/-/export.csv").status == 409
