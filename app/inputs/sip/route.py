"""What the route tester's forms accept: a call as its SIP headers, or a log, have it."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from app.inputs.fields import Input
from app.services.sip.routing.terms import Call
from app.text.formatters import isolated
from app.text.json_text import is_utf8, strict
from app.text.phones import plain_number

LONGEST = 1000  # characters
Text = Annotated[str, Field(max_length=LONGEST)]
# The fields of a call, and their names in the log of livekit-sip.
LOGGED = {"caller": "fromUser", "called": "toUser", "source": "fromIP", "host": "fromHost"}
LABELS = {"caller": "caller's number", "called": "called number", "source": "source IP"}


URI = re.compile(r"\s*<?(?:sips?|tel):([^@;>]*)(?:@[^>]*|;[^>]*)?>?\s*", re.IGNORECASE)
WITH_PORT = re.compile(r"([0-9.]+|\[[^\]]*\]):[0-9]{1,5}", re.ASCII)


def user_of(text: str) -> str:
    """Return the number or user of a SIP or TEL address; any other text without its whitespace."""
    uri = URI.fullmatch(text)
    user = uri[1].partition(":")[0] if uri else text.strip().partition("@")[0]
    return plain_number(user)


def address_of(text: str) -> str:
    """Return an IP address without the port that logs write after it."""
    plain = text.strip()
    with_port = WITH_PORT.fullmatch(plain)
    return with_port[1].strip("[]") if with_port else plain


class RouteCall(Input):
    """A call to test; only the called number is required."""

    caller: Text = ""
    called: Text
    source: Text = ""
    host: Text = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Require the called number."""
        if not user_of(self.called):
            yield "called", "This field is required."

    def call(self) -> Call:
        """Return the call as LiveKit receives it: numbers without URI, an address without port."""
        return Call(
            user_of(self.caller),
            user_of(self.called),
            address_of(self.source),
            plain_number(self.host),
        )

    @property
    def notes(self) -> list[str]:
        """What was used instead of the text that was entered."""
        call = self.call()
        used = {"caller": call.caller, "called": call.called, "source": call.source}
        return [
            f"{isolated(text)} was entered; {isolated(used[name])} is used as the {label}."
            for name, label in LABELS.items()
            if (text := getattr(self, name).strip()) != used[name]
        ]


class LogLine(Input):
    """A log line of livekit-sip about an inbound call, as JSON or as text with JSON at its end.

    Source: livekit/sip, pkg/sip/inbound.go, `processing invite`.
    """

    log: Annotated[str, Field(max_length=8000)]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Require a line with a called number."""
        if self._call is None:
            yield "log", "No call found. Paste a line that contains toUser, of an inbound call."

    @property
    def query(self) -> str:
        """The query that tests the call."""
        return urlencode(self._call or {})

    @cached_property
    def _call(self) -> dict[str, str] | None:
        calls = map(_logged_call, self.log.splitlines())
        return next((call for call in calls if call is not None), None)


def _logged_call(line: str) -> dict[str, str] | None:
    """Return the fields of the call in a log line; None if it contains no called number."""
    try:
        logged = strict(line[line.find("{") : line.rfind("}") + 1])
    except (ValueError, RecursionError):
        return None
    call = {name: _logged_text(logged.get(key)) for name, key in LOGGED.items()}
    return call if call["called"] else None


def _logged_text(value: object) -> str:
    usable = isinstance(value, str) and len(value) <= LONGEST and is_utf8(value)
    return str(value) if usable else ""


class TypePin(RouteCall):
    """What a caller enters who is asked for a PIN: one, or none (`no_pin`)."""

    pin: Text = ""
    no_pin: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Require the PIN and the number."""
        yield from super().problems()
        if not self.pin and not self.no_pin:
            yield "pin", "Enter the PIN that the caller would enter, or choose to enter none."

    def call(self) -> Call:
        """Return the call with the PIN, if one is entered."""
        call = super().call()
        return Call(
            call.caller,
            call.called,
            call.source,
            call.host,
            pin="" if self.no_pin else self.pin,
            no_pin=self.no_pin,
        )
