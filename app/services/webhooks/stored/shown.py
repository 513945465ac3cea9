"""The body of a webhook without secrets, with the fields that this version doesn't know."""

import json

from app.services.livekit import redaction
from app.services.livekit.from_json import too_deep
from app.text.json_text import indented

HIDDEN = "The body isn't JSON that can be shown without risk: it may contain secrets."


def shown(body: str) -> str:
    """Return a body as JSON, its secrets masked; a text that isn't JSON with masked addresses."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return redaction.text(body)
    except RecursionError:
        return HIDDEN
    if too_deep(parsed):
        return HIDDEN
    return indented(redaction.objects(parsed))
