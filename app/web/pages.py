"""Pages: one Jinja environment, and one way to answer with a page or with its live block."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.commands import snippets
from app.commands.lk import (
    agents as lk_agents,
)
from app.commands.lk import (
    egress as lk_egress,
)
from app.commands.lk import (
    ingress as lk_ingress,
)
from app.commands.lk import (
    rooms as lk_rooms,
)
from app.commands.lk import (
    sip as lk_sip,
)
from app.commands.lk import (
    tokens as lk_tokens,
)
from app.config.settings import Settings
from app.labels.table import choices, label_of, labels, states
from app.navigation.sidebar import nav_for
from app.security import csrf
from app.security.authentication import visitor
from app.services.livekit.client import LiveKit
from app.services.livekit.scope import current_scope
from app.services.livekit.seen import ServerUnseen
from app.text import formatters, json_text, paths, phones
from app.web.assets import Assets

SAFE = frozenset({"GET", "HEAD"})
ROWS_KEPT = 400
TEMPLATES = Path(__file__).parents[1] / "templates"
# The browser keeps these current by itself; a change in them alone is no change.
VOLATILE = re.compile(r">[^<]*</(?:time|data)>")


def make_environment(assets: Assets) -> Environment:
    """Give the environment: escaping always on, a misspelt variable is an error.

    How something reads is a filter: Jinja applies one to a constant when it compiles the template.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=formatters.visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # twelve stat calls a page
    )
    environment.filters.update(
        static=assets.url,
        icon=assets.icon,
        ago=formatters.ago,
        left=formatters.left,
        since=formatters.since,
        size=formatters.size,
        bitrate=formatters.bitrate,
        masked=formatters.masked,
        duration=formatters.duration,
        seconds=formatters.seconds,
        milliseconds=formatters.milliseconds,
        thousands=formatters.thousands,
        plural=formatters.plural,
        pretty=json_text.pretty,
        indented=json_text.indented,
        phone=phones.phone,
        exact=formatters.exact,
        segment=paths.segment,
    )
    environment.globals.update(
        # so that the browser need not read a script to learn what it imports
        preloads=assets.imports("js/app.js"),
        made_at=formatters.made_at,
        label_of=label_of,
        states=states,
        labels=labels,
        choices=choices,
        phone_problem=phones.phone_problem,
        room_path=paths.room_path,
        participant_path=paths.participant_path,
        egress_path=paths.egress_path,
        ingress_path=paths.ingress_path,
        sip_path=paths.sip_path,
        call_path=paths.call_path,
        dispatch_path=paths.dispatch_path,
        lk=lk_rooms,
        lk_agents=lk_agents,
        lk_egress=lk_egress,
        lk_ingress=lk_ingress,
        lk_sip=lk_sip,
        lk_tokens=lk_tokens,
        snippets=snippets,
    )
    # A block rendered alone skips the imports at the top of its template, so they are globals.
    for name in ("ui", "fields", "table", "bulk", "media", "client"):
        environment.globals[name] = environment.get_template(f"ui/{name}.html.j2").module
    # Most refreshes show the rows of the one before, which took a third of a page's time.
    row = vars(environment.get_template("rooms/row.html.j2").module)["row"]
    environment.globals["room_row"] = lru_cache(ROWS_KEPT)(row)
    return environment


async def page(
    request: Request, template: str, *, status: int = 200, live: bool = True, **context: Any
) -> Response:
    """Answer with the page, or with its live block alone where only that is asked for.

    `live` says whether the page refreshes itself. An unchanged poll is answered with 304.
    """
    environment: Environment = request.app.state.environment
    shell = await _shell(request)
    source = environment.get_template(template)
    block = _block(source, "live", shell | context)
    if is_fragment(request):
        return _fragment(request, block, status, shell["csrf"])
    livekit: LiveKit = request.app.state.livekit
    settings: Settings = request.app.state.settings
    scope = current_scope()
    shell |= {
        "title": _block(source, "title", shell | context).strip(),
        "live": block,
        "live_url": live_url(request) if live else None,
        "ptag": _ptag(block),
        "server": shell["user"] and (livekit.seen() or ServerUnseen(settings.livekit_host)),
        # a page that made no call shows what was last seen; the top bar then asks for itself
        "server_url": None if scope and scope.calls else "/server?partial=1",
        "flashes": request.session.pop("flash", []) if shell["user"] else [],
    }
    return HTMLResponse(source.render(shell | context), status)


def is_fragment(request: Request) -> bool:
    """Whether the browser wants the block alone: a poll, or the answer to a form sent by htmx."""
    if request.query_params.get("partial") == "1":
        return True
    return request.method != "GET" and request.headers.get("hx-request") == "true"


def live_url(request: Request) -> str:
    """Give the page's own address as it polls itself: its filter and page kept."""
    url = URL(scope=request.scope).include_query_params(partial="1")
    return f"{url.path}?{url.query}"


def done(request: Request, to: str, text: str, kind: str = "ok") -> Response:
    """Answer an action that went well: go to `to` and say `text`.

    With htmx on the page `to` itself there is nothing to load: a toast and a refresh do.
    """
    note = {"text": text, "kind": kind}
    if request.headers.get("hx-request") != "true":
        request.session["flash"] = [*request.session.get("flash", []), note]
        return RedirectResponse(to, 303)
    if _path(request.headers.get("hx-current-url", "")) == _path(to):
        return Response(status_code=204, headers={"HX-Trigger": json.dumps({"done": note})})
    request.session["flash"] = [*request.session.get("flash", []), note]
    return Response(status_code=204, headers={"HX-Redirect": to})


def _path(url: str) -> str | None:
    try:
        return urlsplit(url).path
    except ValueError:
        return None


def _fragment(request: Request, block: Markup, status: int, token: str) -> Response:
    ptag = _ptag(block)
    headers = {"HX-PTag": ptag} if status == 200 else {}
    if token:
        headers[csrf.HEADER] = token  # a page may stay open longer than its first token lives
    if status == 200 and request.headers.get("hx-ptag") == ptag:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(block, status, headers)


async def _shell(request: Request) -> dict[str, Any]:
    """What the frame of every page shows; nothing but the name for somebody not signed in."""
    settings: Settings = request.app.state.settings
    user = None if getattr(request.state, "signed_out", False) else await visitor(request)
    may_send = user and (request.method in SAFE or csrf.same_site(request, settings))
    return {
        "user": user,
        "nav": nav_for(user, settings, request.url.path) if user else [],
        "searching": request.url.path == "/search",
        "csrf": csrf.make_token(request, settings, user.name) if user and may_send else "",
        "read_only": settings.read_only,
        "refresh_seconds": settings.refresh_seconds,
        "poll_timeout_ms": round((settings.livekit_timeout + 2) * 1000),
    }


def _block(source: Template, name: str, context: dict[str, Any]) -> Markup:
    # escaped by the template itself; Markup keeps the base from escaping it twice
    return Markup("".join(source.blocks[name](source.new_context(context))))  # noqa: S704


def _ptag(block: str) -> str:
    return hashlib.sha256(VOLATILE.sub("", block).encode()).hexdigest()[:16]
