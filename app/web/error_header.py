"""The header that tells a page's scripts of an error, so that none reads the page's text.

`app/static/js/shared/failures.js` reads it.
"""

import json

from app.errors import DashboardError

HEADER = "X-Error"
# Characters of each text; escaped as JSON, one may take six.
MOST = 300


def describe(error: DashboardError) -> dict[str, str]:
    """Return the header: title, reason and what it says of LiveKit, as JSON in ASCII."""
    described = {
        "title": error.title[:MOST],
        "reason": error.reason[:MOST],
        "server": error.server_state,
    }
    return {HEADER: json.dumps(described)}
