"""What is asked of insights: the filters in the address, and the period that they choose."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import Invalid
from app.services.conversations.insights.reading import HOURLY_UP_TO, Insights, Wanted, read
from app.services.usage.periods import LENGTHS, Period, Range, between, up_to
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.store import Store
from app.text.paths import AGENT_INSIGHTS, CONVERSATIONS
from app.text.zones import Zone
from app.web.listing import filters
from app.web.timezone import use_zone_of

DEFAULT = Range.WEEK
RANGES = (("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d"), ("90d", "90 d"))
LONGEST = timedelta(days=92)
BOTH = "Enter both days, or neither."
TOO_LONG = "At most 92 days can be shown."
Name = Annotated[str, Query(max_length=200)]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they are in the address; two days come before a range up to now."""

    span: Literal["24h", "7d", "30d", "90d"] = "7d"
    since: Annotated[str, Query(max_length=10)] = ""
    until: Annotated[str, Query(max_length=10)] = ""
    agent: Name = ""
    version: Name = ""
    model: Name = ""

    @property
    def wanted(self) -> Wanted:
        """The conversations that are wanted."""
        return Wanted(self.agent, self.version, self.model)

    def period(self, now: datetime, zone: Zone) -> Period:
        """Return the time that is asked for. Raises Invalid with the field.

        Days of a time that is read by days are those of UTC.
        """
        if not (self.since or self.until):
            length = Range(self.span)
            return up_to(now, length, UTC if LENGTHS[length] > HOURLY_UP_TO else zone.tz)
        if not (self.since and self.until):
            raise Invalid(fields={"until" if self.since else "since": BOTH})
        first, last = (_day(getattr(self, name), name) for name in ("since", "until"))
        days = last - first + timedelta(days=1)
        if days > LONGEST:
            raise Invalid(fields={"until": TOO_LONG})
        try:
            return between(first, last, now, UTC if days > HOURLY_UP_TO else zone.tz)
        except ValueError as error:
            raise Invalid(fields={"until": str(error)}) from None

    def url(self, path: str = AGENT_INSIGHTS, **changes: Any) -> str:
        """Return an address with these filters, some of them changed."""
        own = dataclasses.asdict(self) | changes
        state = {name: str(value) for name, value in own.items() if value}
        if state.get("span") == DEFAULT or self.since or changes.get("since"):
            state.pop("span", None)
        return f"{path}?{urlencode(state)}" if state else path

    def conversations(self, period: Period, **more: str) -> str:
        """Return the address of the list with the conversations behind a figure."""
        query = {"agent": self.agent, "version": self.version, "model": self.model} | more
        if self.since:
            query["since"] = f"{period.since.astimezone(period.zone):%Y-%m-%d}"
            query["until"] = f"{period.until.astimezone(period.zone):%Y-%m-%d}"
        else:
            query["span"] = self.span
        chosen = {name: value for name, value in query.items() if value}
        return f"{CONVERSATIONS}?{urlencode(chosen)}"


AskedDep = Annotated[Asked, filters(Asked)]


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(fields={field: "Not a day: write it as 2026-01-31."}) from None


async def insights_of(request: Request, store: Store, settings: Settings, asked: Asked) -> Insights:
    """Return the insights that are asked for. Raises Invalid with the field, and StoreError."""
    now = datetime.now(UTC)
    period = asked.period(now, use_zone_of(request))
    kept_since = now - timedelta(days=settings.retention_conversations)
    return await read(store, DEFAULT_SERVER, period, kept_since, asked.wanted)
