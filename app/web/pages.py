"""Pages: one way to respond with a page or with its live block."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.config.settings import Settings
from app.labels.terms import guide_of
from app.manual.pages import explaining
from app.navigation import figures as sidebar_figures
from app.navigation.figures import Figures
from app.navigation.sidebar import nav_for
from app.security import csrf, origin
from app.security.authentication import visitor
from app.security.roles import Permission, User
from app.services.livekit.client import LiveKit
from app.services.livekit.scope import current_scope
from app.services.livekit.seen import ServerUnseen
from app.text.shortening import shortened
from app.web.actions.returning import as_left, is_on
from app.web.base_path import base_path, link
from app.web.environments import Environments
from app.web.help import with_explanations
from app.web.timezone import use_zone_of

PLACE = Markup("<!--live block-->")  # no name can contain it, because its < would be escaped

# The browser updates these itself; if only they differ, the block counts as unchanged.
VOLATILE = re.compile(r">[^<]*</(?:time|data)>")


async def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    live: bool = True,
    topics: Collection[str] = (),
    figures: Figures | None = None,
    **context: Any,
) -> Response:
    """Respond with the page, or with only its live block if that is requested.

    A page that is `live` refreshes itself, also as soon as one of its `topics` changes
    (app/live/hub.py). The response to an unchanged poll is a 304. `figures` are what the page has
    read of what the sidebar counts.
    """
    environment = _environment(request)
    shell = await _shell(request)
    source = environment.get_template(template)
    block = with_explanations(environment, _block(source, "live", shell | context))
    if is_fragment(request):
        return _fragment(request, block, status, shell["csrf"], figures)
    content = shell | context | _frame(request, shell["user"], block, live, figures)
    content["title"] = _block(source, "title", shell | context).strip()
    content["topics"] = json.dumps(sorted(topics)) if topics else ""
    return HTMLResponse(source.render(content), status)


@dataclass(frozen=True, slots=True)
class Parts:
    """A page that is sent in parts: what is before and after its live block.

    `block` renders the block, and `other` another template, with more than the page's own context.
    """

    before: str
    after: str
    headers: Mapping[str, str]
    block: Callable[..., str]
    other: Callable[..., str]


async def in_parts(request: Request, template: str, **context: Any) -> Parts:
    """Return the page in parts, or only its block if that is requested."""
    environment = _environment(request)
    shell = await _shell(request)
    source = environment.get_template(template)

    def block(**more: Any) -> str:
        return str(with_explanations(environment, _block(source, "live", shell | context | more)))

    def other(name: str, **more: Any) -> str:
        return environment.get_template(name).render(more)

    if is_fragment(request):
        return Parts("", "", {csrf.HEADER: shell["csrf"]}, block, other)
    content = shell | context | _frame(request, shell["user"], PLACE, False, None)
    content["title"] = _block(source, "title", shell | context).strip()
    before, _, after = source.render(content).partition(PLACE)
    return Parts(before, after, {}, block, other)


def _environment(request: Request) -> Environment:
    environments: Environments = request.app.state.environments
    return environments.at(base_path(request))


def _frame(
    request: Request, user: User | None, block: Markup, live: bool, figures: Figures | None
) -> dict[str, Any]:
    """Return what the frame of a whole page shows besides what every response has."""
    livekit: LiveKit = request.app.state.livekit
    settings: Settings = request.app.state.settings
    scope = current_scope()
    known = sidebar_figures.shown(figures or {})
    return {
        "nav": nav_for(user, settings, request.url.path, known) if user else [],
        "figures": json.dumps(known),
        "explaining": explaining(request.url.path),
        "guide": guide_of(request.url.path),
        "live": block,
        "live_url": live_url(request) if live else None,
        "ptag": _ptag(block),
        "server": user
        and not user.lacks_factor
        and (livekit.seen() or ServerUnseen(settings.livekit_host)),
        # a page without calls shows the last known status, and the top bar then requests it
        "server_url": None if scope and scope.calls else "/server?partial=1",
        "flashes": request.session.pop("flash", []) if user else [],
    }


def is_fragment(request: Request) -> bool:
    """Return True if the browser needs only the block: for a poll, or a form sent by htmx."""
    if request.query_params.get("partial") == "1":
        return True
    return request.method != "GET" and request.headers.get("hx-request") == "true"


def live_url(request: Request) -> str:
    """Return the address at which the page polls itself, with its filter and page number."""
    url = URL(scope=request.scope).include_query_params(partial="1")
    return f"{url.path}?{url.query}"


def done(request: Request, to: str, text: str = "", kind: str = "ok", about: str = "") -> Response:
    """Respond to an action that succeeded: go to `to` and show `text`, if there is any.

    The page has the tab and filter with which the user left it. If htmx is already on it, a toast
    and a refresh are enough. The toast links to `about`, the page of what was changed, if that is
    another page.
    """
    note = {"text": shortened(text), "kind": kind}
    by_htmx = request.headers.get("hx-request") == "true"
    if by_htmx and is_on(request, to):
        place = {"href": link(request, about)} if about not in {"", to} else {}
        trigger = json.dumps({"done": note | place})
        return Response(status_code=204, headers={"HX-Trigger": trigger})
    to = as_left(request, to)
    if text:
        request.session["flash"] = [*request.session.get("flash", []), note]
    if not by_htmx:
        return RedirectResponse(link(request, to), 303)
    return Response(status_code=204, headers={"HX-Redirect": link(request, to)})


def _fragment(
    request: Request, block: Markup, status: int, token: str, figures: Figures | None
) -> Response:
    ptag = _ptag(block)
    headers = {"HX-PTag": ptag} if status == 200 else {}
    if figures:
        headers |= sidebar_figures.header(figures)
    if token:
        headers[csrf.HEADER] = token  # a page may stay open longer than its first token is valid
    if status == 200 and request.headers.get("hx-ptag") == ptag:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(block, status, headers)


async def _shell(request: Request) -> dict[str, Any]:
    """Return what the frame of every page shows: only the name to visitors who aren't signed in.

    To another site's request it shows no more, and doesn't count its credentials as an attempt.
    """
    settings: Settings = request.app.state.settings
    signed_out = getattr(request.state, "signed_out", False)
    is_anonymous = signed_out or not origin.is_allowed(request, settings)
    user = None if is_anonymous else await visitor(request)
    store = request.app.state.store
    return {
        "user": user,
        "as_left": partial(as_left, request),
        "searching": request.url.path == "/search",
        "csrf": csrf.make_token(request, settings, user.name) if user else "",
        "read_only": settings.read_only,
        "has_history": bool(user and store and user.can(Permission.HISTORY_READ)),
        "may_audit": bool(user and store and user.can(Permission.AUDIT_READ)),
        "has_store": store is not None,
        "store_failing": user and store.failing if store else None,
        "zone": use_zone_of(request),
        "preferences": user.preferences.browser if user and user.account and user.session else None,
        "theme": user.preferences.theme if user else "",
        "dashboard_name": settings.dashboard_name if user else "",
        "dashboard_color": settings.dashboard_color if user else None,
        "refresh_seconds": settings.refresh_seconds,
        "poll_timeout_ms": round((settings.livekit_timeout + 2) * 1000),
    }


def _block(source: Template, name: str, context: dict[str, Any]) -> Markup:
    # escaped by the template itself; Markup keeps the base from escaping it twice
    return Markup("".join(source.blocks[name](source.new_context(context))))  # noqa: S704


def _ptag(block: str) -> str:
    return hashlib.sha256(VOLATILE.sub("", block).encode()).hexdigest()[:16]
