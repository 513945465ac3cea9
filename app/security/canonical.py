"""One address for each page: a name spelled any other way is redirected to the usual spelling.

Browsers and URL parsers drop tabs and line breaks from a path, and cut it at `?` and `#`. A page
whose address has such a name unescaped would lead, with its own forms and refreshes, to another
room. Names as `paths.segment` writes them survive all of that.
"""

from urllib.parse import unquote

from starlette.requests import Request

from app.errors import BadQuery
from app.text.paths import name_in, segment

# A proxy takes no more than 4 KB of response headers by default; LiveKit's names are far shorter.
LONGEST = 3000


class NotCanonical(Exception):
    """A request for a place that has another, usual spelling: `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def check(request: Request) -> None:
    """Raise NotCanonical if a name in the path isn't spelled the way `paths.segment` spells it.

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
        raise NotCanonical(location)


def _usual(part: str, names: set[str]) -> str:
    plain = unquote(part)
    return segment(name_in(plain)) if plain in names else part
