"""/usage: the page, and its figures as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.routes.usage.asking import AskedDep, usage_of
from app.routes.usage.panels import in_words, kinds_in, panels
from app.routes.usage.tables import tables
from app.security.guards import sees
from app.security.roles import Permission
from app.services.usage.measures import MICRO, TIMES, Measure
from app.services.usage.percentiles import durations
from app.services.usage.reading import Usage
from app.text.paths import USAGE
from app.web.deps import SettingsDep, StoreDep, UserDep
from app.web.exports import Ending, as_file
from app.web.pages import page

RANGES = (
    ("1h", "1 h"),
    ("24h", "24 h"),
    ("7d", "7 d"),
    ("30d", "30 d"),
    ("90d", "90 d"),
    ("13mo", "13 mo"),
)
router = APIRouter(prefix=USAGE)


@router.get("", dependencies=[sees(Permission.HISTORY_READ)])
async def usage_page(
    request: Request, store: StoreDep, settings: SettingsDep, user: UserDep, asked: AskedDep
) -> Response:
    """Show the usage; filters that aren't valid are shown again with the reason."""
    shown: dict[str, Any] = {"asked": asked, "ranges": RANGES, "errors": {}, "usage": None}
    try:
        usage = await usage_of(request, store, user, asked)
    except Invalid as error:
        shown |= {"errors": error.fields}
        return await page(request, "usage/usage.html.j2", status=422, live=False, **shown)
    telephony = settings.enable_sip
    shown |= {
        "usage": usage,
        "kinds": [(kind, in_words(kind)) for kind in kinds_in(usage)],
        "panels": panels(usage, asked, telephony=telephony),
        "counts": tables(usage, asked, telephony=telephony),
        "durations": durations(usage),
        "in_words": in_words,
    }
    return await page(request, "usage/usage.html.j2", topics=("sessions",), **shown)


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A figure of one step in a file; durations are in seconds."""

    since: datetime
    until: datetime
    measure: str
    label: str
    value: float


@router.get("/-/export.{ending}", dependencies=[sees(Permission.HISTORY_READ)])
async def export_usage(
    request: Request,
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    ending: Ending,
    measure: Measure | None = None,
) -> Response:
    """Send the figures of each step as a file, those of one measure or all."""
    usage = await usage_of(request, store, user, asked)
    rows = list(usage_rows(usage, measure))
    return as_file("usage", ending, rows, UsageRow)


def usage_rows(usage: Usage, only: Measure | None = None) -> Iterator[UsageRow]:
    """Yield the figures of each step that aren't zero."""
    bounds = usage.period.bounds
    for measure in Measure:
        if only not in {None, measure} or measure is Measure.DURATION:
            continue
        for label in usage.labels(measure):
            for step, value in enumerate(usage.steps(measure, label)):
                if value:
                    figure = value / MICRO if measure in TIMES else value
                    yield UsageRow(bounds[step], bounds[step + 1], str(measure), label, figure)
