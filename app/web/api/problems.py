"""Errors of the JSON API: application/problem+json (RFC 9457)."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.errors import DashboardError, Invalid
from app.security.accounts.quota import Left
from app.text.paths import HOOKS, OBSERVABILITY, is_api, is_below
from app.web.api import statuses

MEDIA = "application/problem+json"
URN = "urn:livekit-dashboard:problem:"
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
INVALID = "Some values aren't valid"


class WrongValue(BaseModel):
    """A value that isn't accepted."""

    name: str = Field(description="The query parameter, or the member of the body.")
    reason: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="What kind of error it is: it doesn't depend on the language.")
    title: str
    status: int
    detail: str = Field(description="What happened.")
    advice: str = Field(description="What to do about it.")
    request_id: str = Field(description="The ID of the request in the dashboard's log.")
    errors: list[WrongValue] = Field(description="Each value that isn't accepted.")


def is_wanted(request: Request) -> bool:
    """Return whether a program asks: LiveKit, an agent, or the JSON API, which needs a store."""
    has_store = bool(request.app.state.settings.stored_in)
    path = request.url.path
    return is_below(path, HOOKS) or (has_store and (is_api(path) or is_below(path, OBSERVABILITY)))


def problem(
    request: Request, error: DashboardError, fields: Mapping[str, str], headers: dict[str, str]
) -> Response:
    """Return an error as the API answers it; `fields` are the values that aren't accepted."""
    if is_below(request.url.path, OBSERVABILITY):
        return statuses.status(request, error, headers)
    left: Left | None = getattr(request.state, "quota", None)
    told = Problem(
        type=_type(error),
        title=_title(error),
        status=error.status,
        detail=_detail(error, fields),
        advice=error.advice,
        request_id=request.state.request_id,
        errors=[WrongValue(name=name, reason=reason) for name, reason in fields.items() if name],
    )
    return JSONResponse(
        told.model_dump(),
        error.status,
        headers | (left.headers if left else {}),
        media_type=MEDIA,
    )


def _type(error: DashboardError) -> str:
    """Return what programs can compare; "about:blank" says no more than the status does."""
    if type(error) is DashboardError:
        return "about:blank"
    return URN + WORDS.sub("-", type(error).__name__.replace("LiveKit", "Livekit")).lower()


def _title(error: DashboardError) -> str:
    if type(error) is DashboardError:
        return HTTPStatus(error.status).phrase
    return INVALID if error.title == Invalid.title else error.title


def _detail(error: DashboardError, fields: Mapping[str, str]) -> str:
    if error.reason not in {error.title, ""}:
        return error.reason
    return " ".join(f"{name}: {reason}" if name else reason for name, reason in fields.items()) or (
        _title(error)
    )
