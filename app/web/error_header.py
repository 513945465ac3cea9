"""The header that tells a page's scripts of an error, so that none reads the page's text.

`app/static/js/shared/failures.js` reads it.
"""

import json

from app.errors import DashboardError
from app.text.shortening import shortened

HEADER = "X-Error"


def describe(error: DashboardError) -> dict[str, str]:
    """Return the header: title, reason and what it says of LiveKit, as JSON in ASCII."""
    described = {
        "title": shortened(error.title),
        "reason": shortened(error.reason),
        "server": error.server_state,
    }
    return {HEADER: json.dumps(described)}
