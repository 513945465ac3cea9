"""The route tester's page as the tests ask it, and what it says."""

from html import unescape
from typing import Any
from urllib.parse import urlencode

from livekit import api

from tests.support.visitor import Seen, Visitor

PAGE = "/sip/route"
PIN = "970135"
CALLER = "+15557654321"


def asked(visitor: Visitor, called: str, caller: str = CALLER, **more: str) -> Seen:
    """Ask where a call goes."""
    return visitor.get(f"{PAGE}?{urlencode({'caller': caller, 'called': called, **more})}")


def said_of(page: Seen, label: str) -> str:
    """Return what the page says of a trunk or a rule, by its label."""
    rows = [row.partition("</li>")[0] for row in unescape(page.html).split("<li>")]
    (row,) = [row for row in rows if f"<bdi>{label}</bdi>" in row]
    why = row.partition('<span class="why">')[2]
    return " ".join("".join(part.partition(">")[2] for part in f">{why}".split("<")).split())


def facts(page: Seen) -> dict[str, str]:
    """Return the facts of the route, by their labels."""
    part = unescape(page.html).partition('<dl class="facts">')[2].partition("</dl>")[0]
    pairs = [row.partition("</dt>") for row in part.split("<dt>")[1:]]
    plain = {
        label: "".join(p.partition(">")[2] for p in rest.split("<")) for label, _, rest in pairs
    }
    return {label: " ".join(text.split()) for label, text in plain.items()}


def pinned(room: str, pin: str) -> Any:
    """Return a rule's own part, with a PIN."""
    direct = api.SIPDispatchRuleDirect(room_name=room, pin=pin)
    return api.SIPDispatchRule(dispatch_rule_direct=direct)
