"""One address for each page: any other spelling of a name redirects to the canonical one.

Browsers and URL parsers drop tabs and line breaks from a path, and cut it at `?` and `#`. A page
whose address has such a name unescaped would send its own forms and refreshes to another room.
Names as `paths.segment` writes them survive all of that.
"""

from urllib.parse import unquote

from starlette.requests import Request

from app.errors import BadQuery
from app.text.paths import is_api, name_in, segment

# Proxies accept 4 KB of response headers by default; names in LiveKit are far shorter.
LONGEST = 3000


class NotCanonical(Exception):
    """A request for a place whose canonical address is `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def check(request: Request) -> None:
    """Raise NotCanonical if a name in the path isn't spelled the way `paths.segment` spells it.

    Raises NoSuchPage for a segment that encodes no name, BadQuery for an address that is too long.
    """
    if is_api(request.url.path):
        return  # its addresses are in no page, and a redirect would surprise programs
    names = set(request.path_params.values())
    raw: str = request.scope["raw_path"].decode("ascii", "replace")
    written = raw.split("/")
    canonical = [_canonical(part, names) for part in written]
    if canonical != written:
        query = request.url.query
        location = "/".join(canonical) + (f"?{query}" if query else "")
        if len(location) > LONGEST:
            raise BadQuery("The address is too long.")
        raise NotCanonical(location)


def _canonical(part: str, names: set[str]) -> str:
    plain = unquote(part)
    return segment(name_in(plain)) if plain in names else part
