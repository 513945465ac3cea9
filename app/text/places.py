"""Places to return to: inside the dashboard only."""

from urllib.parse import quote

# Characters of a place in a redirect: proxies accept 4 KB of response headers by default.
LONGEST = 1000


def inside(place: str) -> str:
    """Return a place of the dashboard; the overview for anything else, such as another site.

    One that is too long for a redirect is returned without its query.
    """
    safe = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    if not safe:
        return "/"
    fitting = (each for each in (place, place.partition("?")[0]) if _length(each) <= LONGEST)
    return next(fitting, "/")


def _length(place: str) -> int:
    return len(quote(place, safe=":/%#?=@[]!$&'()*+,"))  # as RedirectResponse does
