"""One address for each page: a name written in any other way is redirected to the usual one.

Browsers and URL parsers drop tabs and line breaks from a path, and cut it at `?` and `#`. A page
whose address has such a name unescaped would lead, with its own forms and refreshes, to another
room. Names as `paths.segment` writes them survive all of that.
"""

from urllib.parse import unquote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import BadQuery
from app.text.paths import name_in, segment
from app.web.base_path import link

# A proxy takes no more than 4 KB of response headers by default; LiveKit's names are far shorter.
LONGEST = 3000


class NotCanonical(Exception):
    """The address of a request is not the usual one, which is `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


async def canonical(request: Request) -> None:
    """Raise NotCanonical if a name in the path is not written as `paths.segment` writes it.

    Raises NoSuchPage for a segment that stands for no name, BadQuery for an address too long.
    """
    names = set(request.path_params.values())
    raw: str = request.scope["raw_path"].decode("ascii", "replace")
    written = raw.split("/")
    usual = [_usual(part, names) for part in written]
    if usual != written:
        query = request.url.query
        location = "/".join(usual) + (f"?{query}" if query else "")
        if len(location) > LONGEST:
            raise BadQuery("The address is too long.")
        raise NotCanonical(link(request, location))


def _usual(part: str, names: set[str]) -> str:
    plain = unquote(part)
    return segment(name_in(plain)) if plain in names else part


def install(app: FastAPI) -> None:
    """Answer NotCanonical with a redirect that keeps the method and the body."""

    async def redirect(_request: Request, error: NotCanonical) -> Response:
        return RedirectResponse(error.location, 307)

    app.add_exception_handler(NotCanonical, redirect)  # type: ignore[arg-type]
