"""The webhook forms."""

import json
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.inputs.fields import Input, ShortName, TextFile
from app.services.webhooks.states import WebhookEvent

MOST_LINES = 200
LONGEST_URL = 2000
ALL = "all"


class WrongLineError(ValueError):
    """A line of the file is not a webhook; the message names the line and the reason."""


class VerifyWebhook(Input):
    """One webhook, or a file with one JSON object per line."""

    authorization: str = ""
    body: str = ""
    file: TextFile = ""

    @field_validator("file")
    @classmethod
    def _lines(cls, text: str) -> str:
        list(webhook_lines(text))
        return text


def webhook_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield header and body of each webhook of a file. Raises WrongLineError."""
    # not splitlines(): JSON strings may contain other line separators
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise WrongLineError(f"The file has {len(lines)} lines; the limit is {MOST_LINES}.")
    for number, line in lines:
        try:
            parsed = json.loads(line)
        except (ValueError, RecursionError):
            raise WrongLineError(f"Line {number} isn't JSON.") from None
        if not isinstance(parsed, dict):
            raise WrongLineError(f"Line {number} isn't a JSON object.")
        body = parsed.get("body")
        if isinstance(body, dict | list):
            raise WrongLineError(
                f"Line {number}: body must be a string with the raw text. Parsed JSON no longer "
                "has the bytes that were signed."
            )
        header = parsed.get("authorization", "")
        if not isinstance(body, str) or not isinstance(header, str):
            raise WrongLineError(f"Line {number}: authorization and body must both be strings.")
        yield header, body


class SendTest(Input):
    """Send a test event to this dashboard; there is nothing to choose."""


class MakeSample(Input):
    """Generate and sign one event, or one of each."""

    event: Literal["all"] | WebhookEvent = WebhookEvent.PARTICIPANT_JOINED
    room: ShortName = "sample-room"
    url: str = Field("http://127.0.0.1:8080/webhook", min_length=1)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield each invalid field, and why."""
        if not _is_url(self.url):
            yield "url", "Enter a valid http:// or https:// URL."

    @property
    def events(self) -> tuple[WebhookEvent, ...]:
        """The events to generate."""
        return tuple(WebhookEvent) if self.event == ALL else (WebhookEvent(self.event),)


def _is_url(url: str) -> bool:
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
