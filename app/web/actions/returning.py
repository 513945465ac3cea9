"""Where an action returns to: the page from which it was begun, with its tab, filter and page."""

from urllib.parse import urlencode, urlsplit

from starlette.datastructures import URL
from starlette.requests import Request

from app.web.base_path import link

FROM = "from"  # in the action of a form: the page from which it was opened
LONGEST_URL = 1000  # characters; a redirect has to fit into the response's head


def returning(request: Request, *places: str) -> str:
    """Return which of `places` the user came from, or else the first."""
    paths = [_path(url) for url in _came_from(request)]
    return next((p for path in paths for p in places if path == _path(link(request, p))), places[0])


def as_left(request: Request, place: str) -> str:
    """Return a place with the query that it had when the user left it.

    Only the query is taken from what the browser sent, so that it can't lead to another site.
    """
    if "?" in place:
        return place
    path = _path(link(request, place))
    for url in _came_from(request):
        if _path(url) == path and (query := URL(url).remove_query_params("partial").query):
            return f"{place}?{query}"
    return place


def remembering(request: Request) -> str:
    """Return the query for a form's action that remembers where the user came from, or ""."""
    here = _path(link(request, request.url.path))
    for url in _came_from(request):
        parts = urlsplit(url)
        if parts.query and parts.path != here:
            return "?" + urlencode({FROM: f"{parts.path}?{parts.query}"})
    return ""


def is_on(request: Request, place: str) -> bool:
    """Return True if htmx sent the request from the page at `place`."""
    return _path(request.headers.get("hx-current-url", "")) == _path(link(request, place))


def _came_from(request: Request) -> list[str]:
    """Return where the user may have come from: to this page, and to the form before it."""
    page = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    urls = (page, request.query_params.get(FROM, ""))
    return [url for url in urls if len(url) <= LONGEST_URL and url.isascii() and _path(url)]


def _path(url: str) -> str | None:
    try:
        return urlsplit(url).path
    except ValueError:
        return None
