"""What the forms about calls accept."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from app.inputs.fields import Attributes, Input, Metadata, Name, Short, ShortName, texts_by_name
from app.phones import phone_problem
from app.services.sip_dial import Encryption, Headers, NewCall, OwnTrunk, Target, Transport

OWN = "own"
# A browser, and what stands before it, gives up on an answer after about a minute.
LONGEST_WAIT = 50
LONGEST_CALL = 86_400
DTMF = re.compile(r"[0-9A-Da-d*#wW, ]*")
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

RingingSeconds = Annotated[int | None, Field(ge=1, le=80)]


class Dial(Input):
    """Call a number by a trunk, and let the answered call into a room."""

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
    display_name: Annotated[str, Field(max_length=128)] = ""
    encryption: Encryption = ""
    ringing_timeout: RingingSeconds = None
    max_call_duration: Annotated[int | None, Field(ge=1, le=LONGEST_CALL)] = None
    headers: str = ""
    include_headers: Headers = "SIP_NO_HEADERS"
    hostname: str = ""
    transport: Transport = "SIP_TRANSPORT_AUTO"
    destination_country: str = ""
    from_host: str = ""
    auth_username: str = ""
    auth_password: str = ""

    @property
    def warnings(self) -> list[str]:
        """What LiveKit takes and a provider may not: numbers that are none of E.164."""
        said = [phone_problem(number) for number in (self.to, self.number) if number]
        return [problem for problem in said if problem]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Give each field that LiveKit would not take, and why."""
        if "@" in self.to or ":" in self.to:
            yield "to", "Give the number or SIP user alone; the host is the trunk's."
        if not self.trunk:
            yield "trunk", "Choose a trunk."
        if self.trunk == OWN:
            yield from _own_problems(self)
        if not DTMF.fullmatch(self.dtmf):
            yield "dtmf", "Digits, * and #, A to D; w waits half a second."
        if header_values(self.headers) is None:
            yield "headers", "Give Name: value, one a line."
        if self.wait_until_answered and (self.ringing_timeout or 0) > LONGEST_WAIT:
            yield "ringing_timeout", f"Who waits for the answer waits {LONGEST_WAIT} s at most."

    def call(self) -> NewCall:
        """Give the call that the form describes."""
        own = OwnTrunk(
            hostname=self.hostname,
            transport=self.transport,
            destination_country=self.destination_country,
            from_host=self.from_host,
            auth_username=self.auth_username,
            auth_password=self.auth_password,
        )
        return NewCall(
            to=self.to,
            room=self.room,
            trunk=own if self.trunk == OWN else self.trunk,
            number=self.number,
            identity=self.identity,
            name=self.name,
            metadata=self.metadata,
            attributes=texts_by_name(self.attributes),
            headers=header_values(self.headers) or {},
            include_headers=self.include_headers,
            dtmf=self.dtmf.replace(" ", ""),
            play_dialtone=self.play_dialtone,
            hide_phone_number=self.hide_phone_number,
            krisp_enabled=self.krisp_enabled,
            encryption=self.encryption,
            ringing_timeout=seconds(self.ringing_timeout),
            max_call_duration=seconds(self.max_call_duration),
            display_name=self.display_name or None,
            wait_until_answered=self.wait_until_answered,
        )


def _own_problems(form: Dial) -> Iterator[tuple[str, str]]:
    for field in ("hostname", "from_host"):
        text = getattr(form, field)
        if "@" in text or ";" in text or text.startswith(("sip:", "sips:")):
            yield field, "Give a host name or address, without sip: and without a user."
    if not form.hostname:
        yield "hostname", "Fill this in."
    if not form.number:
        yield "number", "A trunk of the call's own has no number: say which one calls."


class TransferCall(Input):
    """Send the other end elsewhere: a number, or a SIP or TEL address."""

    to: Name
    play_dialtone: bool = False
    ringing_timeout: Annotated[int | None, Field(ge=1, le=LONGEST_WAIT)] = None
    headers: str = ""

    @property
    def address(self) -> str:
        """The address that LiveKit wants: a bare number becomes a TEL address (RFC 3966)."""
        plain = re.sub(r"[\s().-]", "", self.to)
        return f"tel:{plain}" if re.fullmatch(r"\+?[0-9*#]+", plain) else self.to

    def problems(self) -> Iterator[tuple[str, str]]:
        """Give each field that LiveKit would not take, and why."""
        if not self.address.removeprefix("<").startswith(("sip:", "sips:", "tel:")):
            yield "to", "Give a number, or an address that begins with sip:, sips: or tel:."
        if header_values(self.headers) is None:
            yield "headers", "Give Name: value, one a line."

    def target(self) -> Target:
        """Give where the call is to be sent."""
        return Target(
            to=self.address,
            play_dialtone=self.play_dialtone,
            headers=header_values(self.headers) or {},
            ringing_timeout=seconds(self.ringing_timeout),
        )


class EndCall(Input):
    """Nothing to fill in: the confirmation is the button."""


def seconds(number: int | None) -> timedelta | None:
    """Give so many seconds; None for none."""
    return None if number is None else timedelta(seconds=number)


def header_values(text: str) -> dict[str, str] | None:
    """Give the headers of `Name: value` lines (RFC 3261, 7.3.1); None where a line is none."""
    pairs = [line.partition(":") for line in text.splitlines() if line.strip()]
    if not all(colon and HEADER.fullmatch(name.strip()) for name, colon, _ in pairs):
        return None
    return {name.strip(): value.strip() for name, _, value in pairs}
