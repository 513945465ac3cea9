"""The list of trunks: which ones, in which order, a page of them, and all as plain rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.services import lists
from app.services.lists import Ask, Columns, Listing, Table, Tabs, contain
from app.services.livekit.client import LiveKit
from app.services.sip.states import TrunkKind
from app.services.sip.trunks.trunks import Info, Pairs, Trunk, kind_of, listed, record
from app.services.terms import in_metadata, terms
from app.text.phones import any_like, normal_number

Kind = Literal[""] | TrunkKind


def _address(info: Info) -> str:
    """Return where an outbound trunk calls, or from where an inbound one is called."""
    trunk = record(info)
    return trunk.address or " ".join(trunk.allowed_addresses)


COLUMNS: Columns[Info] = Columns(
    {
        "name": lambda info: f"{(info.name or info.sip_trunk_id).casefold()}\0{info.sip_trunk_id}",
        "kind": kind_of,
        "numbers": lambda info: normal_number(info.numbers[0]) if info.numbers else "",
        "address": _address,
    },
    default="name",
    ties="name",
)


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[Info]):
    """Which trunks a list shows; an empty kind is both."""

    kind: Kind = ""

    def matches(self, info: Info, q: str) -> bool:
        """Return whether it is one of them, with `q` in a name, number, address or its metadata.

        A number is found however it is written.
        """
        if self.kind not in {"", kind_of(info)}:
            return False
        if not q:
            return True
        trunk = record(info)
        text, metadata = terms(q)
        texts = (trunk.name, trunk.id, trunk.address, *trunk.numbers, *trunk.allowed_addresses)
        named = contain(texts, text) or any_like(trunk.numbers, text)
        return named and in_metadata(trunk.metadata, metadata)


@dataclass(frozen=True, slots=True)
class Row:
    """A trunk as one line of an export; spans in seconds, no secret."""

    id: str
    kind: str
    name: str
    numbers: tuple[str, ...]
    address: str
    transport: str
    destination_country: str
    from_host: str
    allowed_addresses: tuple[str, ...]
    allowed_numbers: tuple[str, ...]
    auth_username: str
    auth_realm: str
    has_password: bool
    headers: tuple[str, ...]
    headers_to_attributes: tuple[str, ...]
    attributes_to_headers: tuple[str, ...]
    include_headers: str
    ringing_timeout: float | None
    max_call_duration: float | None
    krisp_enabled: bool
    encryption: str | None
    codecs: tuple[str, ...]
    only_listed_codecs: bool
    media_timeout: float | None
    metadata: str
    created: datetime | None
    updated: datetime | None


def row(trunk: Trunk) -> Row:
    """Return the trunk as a line."""
    times = ("ringing_timeout", "max_call_duration", "media_timeout")
    pairs = ("headers", "headers_to_attributes", "attributes_to_headers")
    values = {name: getattr(trunk, name) for name in Row.__dataclass_fields__}
    values |= {name: span.total_seconds() for name in times if (span := values[name]) is not None}
    values |= {name: _lines(values[name]) for name in pairs}
    if trunk.kind == "inbound":
        values["transport"] = ""
    return Row(**values)


def _lines(pairs: Pairs) -> tuple[str, ...]:
    return tuple(f"{name}={text}" for name, text in pairs)


LISTING = Listing(COLUMNS, record, Tabs("kind", lambda infos: Counter(map(kind_of, infos))))


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> Table[Trunk]:
    """Return one page of the matching trunks, by one call for each kind."""
    return LISTING.table(await listed(livekit), ask, wanted)


async def rows(livekit: LiveKit, ask: Ask, wanted: Wanted) -> list[Row]:
    """Return all matching trunks, in the requested order: for an export."""
    return [row(record(info)) for info in LISTING.matching(await listed(livekit), ask, wanted)]
