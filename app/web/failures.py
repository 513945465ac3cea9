"""The one error path: every error becomes a page, a fragment, or the form shown again."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import compile_path

from app.errors import (
    BadQuery,
    DashboardError,
    LiveKitError,
    NoSuchPage,
    NotSignedIn,
    TooManyTries,
    TooSlow,
)
from app.live.errors import NoStreamLeft, TooManyStreams
from app.security import csrf, origin
from app.security.audit import AuditEntry
from app.security.authentication import FactorRequired
from app.security.body import posted
from app.security.canonical import NotCanonical
from app.services.livekit.redaction import holds_secret
from app.store.errors import StoreError
from app.text.paths import LIVE, SECOND_FACTOR, SIGN_IN, SIGN_OUT, sign_in_path
from app.text.shortening import shortened
from app.web.api import problems
from app.web.base_path import link
from app.web.forms import FormPage, reasons
from app.web.not_set_up import set_up_page
from app.web.pages import is_fragment, page

# The last words in the names of fields that contain a credential.
SECRET = frozenset({"key", "secret", "token", "credentials", "password", "pin"})

# Describes an error to the scripts of a page (app/static/js/shared/failures.js).
HEADER = "X-Error"
STORE_RETRY_SECONDS = 2
STREAM_RETRY_SECONDS = 60
# htmx names the element that sends a request; this one polls.
POLL = "div#live"

log = structlog.get_logger("errors")


def install(app: FastAPI) -> None:
    """Register the handlers of all errors that are raised on purpose."""
    for kind in (DashboardError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(NotCanonical, _redirect)  # type: ignore[arg-type]


async def answer(request: Request, error: Exception) -> Response:
    """Respond to a request that ended with `error`."""
    ours = as_ours(error)
    headers = _headers(request, error)
    is_api = problems.is_wanted(request)
    if not is_api and (to := _leads_to(request, ours)):
        return RedirectResponse(link(request, to), 303)
    if ours.status >= 500:
        log.warning("failed", status=ours.status, reason=ours.reason, path=request.url.path)
    if is_api:
        # HEAD has no other way to say it
        return problems.problem(request, ours, _fields(error, ours), headers | describe(ours))
    form_page: FormPage[Any] | None = getattr(request.state, "form_page", None)
    is_allowed = origin.is_allowed(request, request.app.state.settings)
    if is_allowed and (response := await set_up_page(request, ours)):
        return response
    if form_page and is_allowed:
        # without the form's other data, or the input, the plain error page is shown
        with suppress(DashboardError, HTTPException):
            response = await form_page.again(request, ours)
            response.headers.update(headers)
            return response
    kept = await _kept(request) if is_allowed else []
    recovers = _recovers(request, ours)
    response = await page(
        request,
        "error.html.j2",
        status=ours.status,
        live=recovers,
        error=ours,
        recovers=recovers,
        retry_url=_retry_url(request, ours),
        in_dialog=is_fragment(request) and request.headers.get("hx-source") != POLL,
        outage=bool(ours.server_state),
        phrase=HTTPStatus(ours.status).phrase,
        kept=kept,
        action=_action(request),
        request_id=request.state.request_id,
    )
    response.headers.update(headers)
    response.headers.update(describe(ours))
    if request.headers.get("hx-source") == POLL:
        # A poll must not interrupt the user with the browser's password prompt. All other
        # requests need the challenge: browsers send Basic credentials unasked only below
        # the folder of the first page they were challenged on (RFC 7617, section 2.2).
        del response.headers["WWW-Authenticate"]
    return response


def describe(error: DashboardError) -> dict[str, str]:
    """Return the header with the title, the reason and LiveKit's status, as JSON in ASCII."""
    described = {
        "title": shortened(error.title),
        "reason": shortened(error.reason),
        "server": error.server_state,
    }
    return {HEADER: json.dumps(described)}


def _leads_to(request: Request, error: DashboardError) -> str:
    """Return the place where a person signs in, or sets up a factor, who opens a page; or ""."""
    is_asked = isinstance(error, NotSignedIn) and not error.challenge
    if is_asked and request.url.path == SIGN_OUT:
        return f"{SIGN_IN}?signed-out=1"  # the session has ended already
    is_poll = is_fragment(request) or request.headers.get("hx-request") == "true"
    if request.method not in origin.SAFE or is_poll or request.url.path == LIVE:
        return ""
    if isinstance(error, FactorRequired) and request.state.user.session is not None:
        return SECOND_FACTOR
    if not is_asked:
        return ""
    url = URL(scope=request.scope)
    return sign_in_path(f"{url.path}?{url.query}" if url.query else url.path)


async def _redirect(request: Request, error: NotCanonical) -> Response:
    """Redirect to the canonical address, with the same method and body."""
    return RedirectResponse(link(request, error.location), 307)


async def crashed(request: Request, error: Exception) -> Response:
    """Respond to an unexpected error; with plain text if even the error page fails."""
    try:
        return await answer(request, DashboardError())
    except Exception:
        log.exception("the error page failed", path=request.url.path)
        text = f"500: something broke. Request {request.state.request_id}"
        return PlainTextResponse(text, 500)


def as_ours(error: Exception) -> DashboardError:
    """Return our error for a framework's own."""
    if isinstance(error, DashboardError):
        return error
    if isinstance(error, RequestValidationError):
        name, reason = next(iter(reasons(error.errors(), place=1).items()))
        return BadQuery(f"{name}: {reason}")
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return NoSuchPage()
        ours = DashboardError(str(error.detail), advice="Go back to the page and try again there.")
        ours.status = error.status_code
        ours.title = HTTPStatus(error.status_code).phrase
        return ours
    return DashboardError()


def _fields(error: Exception, ours: DashboardError) -> dict[str, str]:
    """Return the reason for each value that isn't accepted."""
    if isinstance(error, RequestValidationError):
        return reasons(error.errors(), place=1)
    return ours.fields


def _headers(request: Request, error: Exception) -> dict[str, str]:
    """Return the headers that HTTP requires for this error."""
    match error:
        case NotSignedIn():
            return {"WWW-Authenticate": error.challenge} if error.challenge else {}
        case TooManyTries():
            return {"Retry-After": str(error.seconds)}
        case TooManyStreams() | NoStreamLeft():
            return {"Retry-After": str(STREAM_RETRY_SECONDS)}
        case StoreError():
            return {"Retry-After": str(STORE_RETRY_SECONDS)}  # LiveKit sends webhooks again then
        case TooSlow():
            return {"Connection": "close"}  # the rest of the body may still come (15.5.9)
        case HTTPException(status_code=405):
            return {"Allow": _allowed(request)}
        case HTTPException():
            return dict(error.headers or {})
    return {}


def _allowed(request: Request) -> str:
    """Return all methods of the path (RFC 9110, 10.2.1), which may have several routes."""
    routes = iter_route_contexts(request.app.routes)
    at_path = [r for r in routes if r.path and compile_path(r.path)[0].match(request.url.path)]
    # a mount, which serves the static files, lists no methods
    methods = {method for route in at_path for method in route.methods or ()} or {"GET"}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


async def _kept(request: Request) -> list[tuple[str, str, bool]]:
    """Return the name and value of each posted field, to send again, and True for secrets.

    Empty for visitors who aren't signed in.
    """
    if request.method != "POST" or not getattr(request.state, "user", None):
        return []
    try:
        sent = await posted(request)
    except (DashboardError, HTTPException):
        return []
    return [
        (name, value, is_secret(name, value))
        for name, value in sent.multi_items()
        if isinstance(value, str) and name != csrf.FIELD
    ]


def is_secret(name: str, value: str) -> bool:
    """Return True if a field is for a credential, or contains one."""
    return name.rpartition("_")[2] in SECRET or "external_id" in name or holds_secret(value)


def _action(request: Request) -> str:
    """Return the action that failed, as the audit names it; empty if none was attempted."""
    entry: AuditEntry | None = getattr(request.state, "audit", None)
    return entry.action if entry else ""


def _retry_url(request: Request, error: DashboardError) -> str:
    """Return the address of a page that may succeed when it is opened again, or ""."""
    if request.method != "GET" or error.status < 500:
        return ""
    url = URL(scope=request.scope).remove_query_params("partial")
    return f"{url.path}?{url.query}" if url.query else url.path


def _recovers(request: Request, error: DashboardError) -> bool:
    """Return True if the page may recover, so that it should poll."""
    return request.method == "GET" and isinstance(error, LiveKitError) and error.status >= 500
