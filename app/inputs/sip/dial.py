"""What the form that dials out accepts."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from app.inputs.fields import (
    Attributes,
    Input,
    Metadata,
    Name,
    Short,
    ShortName,
    texts_by_name,
    unreadable,
)
from app.inputs.sip.texts import VALUES, country, headers, host
from app.services.sip.calls.new_call import (
    Encryption,
    Headers,
    Media,
    NewCall,
    OwnTrunk,
    Place,
    Transport,
)
from app.text.phones import phone_problem, plain_number

OWN = "own"
# Browsers and proxies give up on an answer after about a minute.
LONGEST_WAIT = 50
LONGEST_CALL = 86_400
LONGEST_NAME = 128  # bytes, CreateSIPParticipantRequest.ValidateResult
DTMF = re.compile(r"[0-9A-Da-d*#wW, ]*")
ADDRESS = re.compile(r"<(sips?|tel):[^<>\s\"]+>|(sips?|tel):[^<>\s\"]+")
USER = re.compile(r"[^@:;<>\s\"]*")

UNQUOTABLE = re.compile(r"[\"\\\x00-\x1f\x7f]")


def address(text: str) -> str:
    """Return a complete address (RFC 3261, 19.1), or an empty text. Raises ValueError."""
    if text and not ADDRESS.fullmatch(text):
        raise ValueError("Enter a complete address, such as sip:desk@example.com.")
    return text


def _user(text: str) -> str:
    if not USER.fullmatch(text):
        raise ValueError("Enter the user only, without host or spaces.")
    return text


def _quoted(text: str) -> str:
    if UNQUOTABLE.search(text):
        raise ValueError('Remove ", \\ and control characters: the name is sent in quotes.')
    return text


# Fields whose value is more than their text; those of a trunk for one call are separate.
TEXTS: dict[str, Callable[[str], Any]] = {
    "country": country,
    "headers": headers,
    "request_uri": address,
    "from_header": address,
    "to_user": _user,
    "from_name": _quoted,
    "codecs": VALUES["codecs"],
    "media_timeout": VALUES["media_timeout"],
}
OWN_TEXTS: dict[str, Callable[[str], Any]] = {
    "hostname": host,
    "from_host": host,
    "destination_country": country,
    "headers_to_attributes": VALUES["headers_to_attributes"],
    "attributes_to_headers": VALUES["attributes_to_headers"],
}


class Dial(Input):
    """Call a number on a trunk, and connect the answered call to a room."""

    to: Name
    trunk: str = ""
    number: str = ""
    room: ShortName
    wait_until_answered: bool = True
    identity: Short = ""
    name: Short = ""
    metadata: Metadata = ""
    attributes: Attributes = ""
    dtmf: str = ""
    play_dialtone: bool = False
    hide_phone_number: bool = False
    krisp_enabled: bool = False
    display_name: str = ""
    no_display_name: bool = False
    ringing_timeout: Annotated[int | None, Field(ge=1, le=80)] = None
    max_call_duration: Annotated[int | None, Field(ge=1, le=LONGEST_CALL)] = None
    city: str = ""
    country: str = ""
    region: str = ""
    headers: str = ""
    include_headers: Headers = "SIP_NO_HEADERS"
    request_uri: str = ""
    to_user: str = ""
    from_header: str = ""
    from_name: str = ""
    encryption: Encryption = ""
    codecs: str = ""
    only_listed_codecs: bool = False
    media_timeout: str = ""
    hostname: str = ""
    transport: Transport = "SIP_TRANSPORT_AUTO"
    destination_country: str = ""
    from_host: str = ""
    auth_username: str = ""
    auth_password: str = ""
    headers_to_attributes: str = ""
    attributes_to_headers: str = ""

    @property
    def warnings(self) -> list[str]:
        """Numbers that LiveKit accepts and a provider may not: those that aren't E.164."""
        problems = [phone_problem(number) for number in (self.callee, self.caller) if number]
        return [problem for problem in problems if problem]

    @property
    def callee(self) -> str:
        """The number to call, without invisible characters that were pasted with it."""
        return plain_number(self.to)

    @property
    def caller(self) -> str:
        """The caller ID, without invisible characters that were pasted with it."""
        return plain_number(self.number)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that LiveKit would not accept, and why."""
        if "@" in self.to or ":" in self.to:
            yield "to", "Enter the number or SIP user only; the trunk has the host."
        if not self.trunk:
            yield "trunk", "Choose a trunk."
        if self.trunk == OWN and not self.hostname:
            yield "hostname", "This field is required."
        if self.trunk == OWN and not self.number:
            yield "number", "Enter a caller ID: a trunk for this call only has no numbers."
        if self.from_name and not self.from_header:
            yield "from_name", "Enter the From address as well, or use the display name instead."
        values = TEXTS | (OWN_TEXTS if self.trunk == OWN else {})
        yield from unreadable(values, lambda name: values[name](getattr(self, name)))
        if not DTMF.fullmatch(self.dtmf):
            yield "dtmf", "Use digits, *, # and A to D; w waits half a second."
        if self.only_listed_codecs and not self.codecs.strip():
            yield "codecs", "List at least one codec."
        if self.city and not self.country and not self.region:
            yield "city", "Enter the country or region as well."
        if self.wait_until_answered and (self.ringing_timeout or 0) > LONGEST_WAIT:
            yield "ringing_timeout", f"Max {LONGEST_WAIT} s when waiting for an answer."
        yield from self._name_problems()

    def _name_problems(self) -> Iterator[tuple[str, str]]:
        if len(self.display_name.encode()) > LONGEST_NAME:
            yield "display_name", f"Max {LONGEST_NAME} bytes."
        if self.display_name and self.no_display_name:
            yield "no_display_name", "Enter a name or send none, not both."

    def call(self) -> NewCall:
        """Return the call that the form describes."""
        values = {name: value(getattr(self, name)) for name, value in TEXTS.items()}
        return NewCall(
            to=self.callee,
            room=self.room,
            trunk=self._own_trunk() if self.trunk == OWN else self.trunk,
            number=self.caller,
            identity=self.identity,
            name=self.name,
            metadata=self.metadata,
            attributes=texts_by_name(self.attributes),
            headers=values["headers"],
            include_headers=self.include_headers,
            request_uri=values["request_uri"],
            to_user=self.to_user,
            from_header=values["from_header"],
            from_name=self.from_name,
            place=Place(self.city, values["country"], self.region),
            dtmf=self.dtmf.replace(" ", ""),
            play_dialtone=self.play_dialtone,
            hide_phone_number=self.hide_phone_number,
            krisp_enabled=self.krisp_enabled,
            media=Media(
                encryption=self.encryption,
                codecs=values["codecs"],
                only_listed_codecs=self.only_listed_codecs,
                media_timeout=values["media_timeout"],
            ),
            ringing_timeout=seconds(self.ringing_timeout),
            max_call_duration=seconds(self.max_call_duration),
            display_name=self.display_name or ("" if self.no_display_name else None),
            wait_until_answered=self.wait_until_answered,
        )

    def _own_trunk(self) -> OwnTrunk:
        return OwnTrunk(
            transport=self.transport,
            auth_username=self.auth_username,
            auth_password=self.auth_password,
            **{name: value(getattr(self, name)) for name, value in OWN_TEXTS.items()},
        )


def seconds(number: int | None) -> timedelta | None:
    """Return a time in seconds; None for none."""
    return None if number is None else timedelta(seconds=number)
