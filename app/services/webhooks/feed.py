"""What webhooks were received: of each event the last one, how late they came, which never came."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.services.webhooks.receiving import EPOCH, TEST_ID, ReceivedWebhook
from app.services.webhooks.states import WebhookEvent

NEWEST = 1_000  # events that the delay and the share of duplicates are of
MOST_EVENTS = 50  # names; those with the key can invent more
LONGEST_EVENT = 64


@dataclass(frozen=True, slots=True)
class Arrival:
    """One webhook as the feed counts it; `created_at` is None if the event doesn't say."""

    event: str
    created_at: datetime | None
    received_at: datetime
    duplicates: int = 0
    room: str = ""
    id: int | None = None  # of the event in the store

    @property
    def known(self) -> bool:
        """Return whether this version knows the event."""
        return self.event in set(WebhookEvent)

    @property
    def delay(self) -> timedelta | None:
        """Return how long it took to come, to the second below; None if the event doesn't say."""
        return self.received_at - self.created_at if self.created_at else None


@dataclass(frozen=True, slots=True)
class Delays:
    """How long the newest events took to come: half of them, 95 %, and the longest."""

    median: timedelta
    most: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Feed:
    """What was received, the event of the last webhook first.

    `since` is when counting began. `counted` are the newest events, which `duplicates` and `delays`
    are of; `never` are the events that LiveKit can send and that did not come.
    """

    rows: Sequence[Arrival]
    counted: int
    duplicates: int
    delays: Delays | None
    since: datetime | None = None
    last_test: datetime | None = None

    @property
    def last_at(self) -> datetime | None:
        """When the last event of LiveKit was received."""
        return self.rows[0].received_at if self.rows else None

    @property
    def never(self) -> list[WebhookEvent]:
        """Return the events that did not come, in the order of LiveKit's documentation."""
        seen = {row.event for row in self.rows}
        return [event for event in WebhookEvent if event not in seen]


def moment(created_at: datetime) -> datetime | None:
    """Return when an event was created, or None if it doesn't say."""
    return None if created_at <= EPOCH else created_at


def newest_first(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Return arrivals, the last one first; by name where they came together."""
    return sorted(arrivals, key=lambda row: (-row.received_at.timestamp(), row.event))


def delays(arrivals: Iterable[Arrival]) -> Delays | None:
    """Return how late events came; None if none of them says when it was created."""
    found = sorted(row.delay for row in arrivals if row.delay is not None)
    if not found:
        return None
    return Delays(found[_rank(found, 50)], found[_rank(found, 95)], found[-1])


def _rank(ordered: Sequence[timedelta], percent: int) -> int:
    """Return the index of the nearest rank: at least `percent` of all are up to it."""
    return max(-(-len(ordered) * percent // 100) - 1, 0)


class Received:
    """What this process received since it started; use it only in the event loop."""

    def __init__(self) -> None:
        self.since = datetime.now(UTC)
        self.last_test: datetime | None = None
        self._last: OrderedDict[str, Arrival] = OrderedDict()
        self._newest: OrderedDict[tuple[str, str], Arrival] = OrderedDict()

    def add(self, webhook: ReceivedWebhook) -> None:
        """Count a webhook; one that came before, as far as is remembered, is a duplicate."""
        key = (webhook.server, webhook.event_id)
        before = self._newest.pop(key, None)
        name = webhook.event[:LONGEST_EVENT]
        arrival = Arrival(
            name,
            moment(webhook.created_at),
            before.received_at if before else webhook.received_at,
            before.duplicates + 1 if before else 0,
            webhook.room,
        )
        self._newest[key] = arrival
        if len(self._newest) > NEWEST:
            self._newest.popitem(last=False)
        if webhook.is_test:
            self.last_test = webhook.received_at
            return
        if before is None:
            self._last.pop(name, None)
            self._last[name] = arrival
            if len(self._last) > MOST_EVENTS:
                self._last.popitem(last=False)

    def has(self, server: str, event_id: str) -> bool:
        """Return whether an event is among the newest that this process received."""
        return (server, event_id) in self._newest

    def feed(self) -> Feed:
        """Return what was received since this process started."""
        newest = [each for key, each in self._newest.items() if not key[1].startswith(TEST_ID)]
        return Feed(
            rows=newest_first(self._last.values()),
            counted=len(newest),
            duplicates=sum(each.duplicates for each in newest),
            delays=delays(newest),
            since=self.since,
            last_test=self.last_test,
        )
