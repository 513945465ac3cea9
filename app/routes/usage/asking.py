"""What is asked of usage: the filters in the address, and the usage that they choose."""

import dataclasses
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request

from app.errors import Invalid
from app.routes.history.shared import check_room
from app.security.roles import User
from app.services.usage.periods import Period, Range, between, up_to
from app.services.usage.reading import Usage, read
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.store import Store
from app.text.paths import SESSIONS, USAGE
from app.text.zones import Zone
from app.web.listing import filters
from app.web.timezone import use_zone_of

DEFAULT = Range.WEEK
IN_SESSIONS = frozenset({Range.HOUR, Range.DAY, Range.WEEK, Range.MONTH, Range.QUARTER})
BOTH = "Enter both days, or neither."


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they are in the address; two days come before a range up to now."""

    span: Range = DEFAULT
    since: Annotated[str, Query(max_length=10)] = ""
    until: Annotated[str, Query(max_length=10)] = ""
    room: Annotated[str, Query(max_length=256)] = ""
    kind: Annotated[str, Query(max_length=32)] = ""

    def period(self, now: datetime, zone: Zone) -> Period:
        """Return the time that is asked for. Raises Invalid with the field."""
        if not (self.since or self.until):
            return up_to(now, self.span, zone.tz)
        if not (self.since and self.until):
            raise Invalid(fields={"until" if self.since else "since": BOTH})
        first, last = (_day(getattr(self, name), name) for name in ("since", "until"))
        try:
            return between(first, last, now, zone.tz)
        except ValueError as error:
            raise Invalid(fields={"until": str(error)}) from None

    def url(self, path: str = USAGE, **changes: Any) -> str:
        """Return an address with these filters, some of them changed."""
        own = dataclasses.asdict(self) | changes
        state = {name: str(value) for name, value in own.items() if value}
        if state.get("span") == DEFAULT or self.since or changes.get("since"):
            state.pop("span", None)
        return f"{path}?{urlencode(state)}" if state else path

    def sessions_url(self, period: Period, **more: str) -> str:
        """Return the list of the sessions of the same time and rooms."""
        query = {"q" if "*" in self.room else "room": self.room} | more
        if self.span in IN_SESSIONS and not self.since:
            query["span"] = str(self.span)
        else:
            query["since"] = f"{period.since.astimezone(period.zone):%Y-%m-%d}"
            query["until"] = f"{period.until.astimezone(period.zone):%Y-%m-%d}"
        return f"{SESSIONS}?{urlencode({name: value for name, value in query.items() if value})}"


AskedDep = Annotated[Asked, filters(Asked)]


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(fields={field: "Not a day: write it as 2026-01-31."}) from None


async def usage_of(request: Request, store: Store, user: User, asked: Asked) -> Usage:
    """Return the usage that is asked for.

    Raises Invalid with the field, NotAllowed, and StoreError.
    """
    check_room(user, asked.room)
    now = datetime.now(UTC)
    period = asked.period(now, use_zone_of(request))
    return await read(store, DEFAULT_SERVER, period, now, asked.room.strip())
