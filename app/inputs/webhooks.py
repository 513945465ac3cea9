"""What the forms of the webhook helper accept."""

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
    """A line of the file is not a webhook; the message says which and why."""


class VerifyWebhook(Input):
    """One webhook, or a file of them: a JSON object a line."""

    authorization: str = ""
    body: str = ""
    file: TextFile = ""

    @field_validator("file")
    @classmethod
    def _lines(cls, text: str) -> str:
        list(webhook_lines(text))
        return text


def webhook_lines(text: str) -> Iterator[tuple[str, str]]:
    """Give header and body of each webhook of a file. Raises WrongLineError."""
    # not splitlines(): JSON may hold what it takes for the end of a line
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise WrongLineError(f"This has {len(lines)} lines; {MOST_LINES} are checked at once.")
    for number, line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise WrongLineError(f"Line {number} is not JSON.") from None
        if not isinstance(found, dict):
            raise WrongLineError(f"Line {number} is not a JSON object.")
        body = found.get("body")
        if isinstance(body, dict | list):
            raise WrongLineError(
                f"Line {number}: body must be the text as it arrived, in quotes. Parsed JSON has "
                "lost the bytes that were signed."
            )
        header = found.get("authorization", "")
        if not isinstance(body, str) or not isinstance(header, str):
            raise WrongLineError(f"Line {number}: give authorization and body, both as text.")
        yield header, body


class MakeSample(Input):
    """Make up an event, or one of each, and sign it."""

    event: Literal["all"] | WebhookEvent = WebhookEvent.PARTICIPANT_JOINED
    room: ShortName = "sample-room"
    url: str = Field("http://127.0.0.1:8080/webhook", min_length=1)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Give each field that is not right, and why."""
        if not _is_an_address(self.url):
            yield "url", "Enter an address that begins with http:// or https://, without spaces."

    @property
    def events(self) -> tuple[WebhookEvent, ...]:
        """What is to be made up."""
        return tuple(WebhookEvent) if self.event == ALL else (WebhookEvent(self.event),)


def _is_an_address(url: str) -> bool:
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
