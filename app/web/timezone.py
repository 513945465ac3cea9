"""The time zone in which a visitor reads times: chosen at /time, remembered in a cookie.

Without a choice it is the browser's own: the server writes UTC, and behaviors/times.js converts it.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app.text.zones import LOCAL, Zone, zone_named
from app.web.context import RequestContext, preferences_of

COOKIE = "livekit-dashboard-zone"

# A filter of a template doesn't know the request, and macros don't know the page's variables.
_zone: ContextVar[Zone] = ContextVar("zone", default=LOCAL)


def use_zone_of(request: Request) -> Zone:
    """Let the filters of this request's page write times in the visitor's zone, and return it."""
    chosen = preferences_of(request).zone or request.cookies.get(COOKIE, LOCAL.name)
    zone = zone_named(chosen) or LOCAL
    _zone.set(zone)
    return zone


def in_zone(formatter: Callable[..., Markup]) -> Callable[..., Markup]:
    """Return a formatter of a moment as a filter that writes in the visitor's zone."""

    @wraps(formatter)
    def in_visitors_zone(moment: object) -> Markup:
        return formatter(moment, zone=_zone.get())

    return in_visitors_zone


def remember(request: Request, response: Response, zone: Zone) -> None:
    """Let the browser remember the zone, for all pages of this dashboard."""
    RequestContext(request).remember(response, COOKIE, zone.name)
