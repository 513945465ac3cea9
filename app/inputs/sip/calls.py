"""What the forms about active calls accept."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.inputs.fields import Input, Many, Name, unreadable
from app.inputs.sip.dial import LONGEST_WAIT, seconds
from app.inputs.sip.texts import headers
from app.services.sip.calls.dialing import Target
from app.services.sip.states import CallDirection, CallStatus
from app.text.paths import name_in
from app.text.phones import plain_number

MOST = 200  # as many as a page of the list has


class TransferCall(Input):
    """Send the remote party elsewhere: a number, or a SIP or TEL address."""

    to: Name
    play_dialtone: bool = False
    ringing_timeout: Annotated[int | None, Field(ge=1, le=LONGEST_WAIT)] = None
    headers: str = ""

    @property
    def address(self) -> str:
        """The address that LiveKit expects: a bare number becomes a TEL address (RFC 3966)."""
        plain = re.sub(r"[\s().-]", "", plain_number(self.to))
        return f"tel:{plain}" if re.fullmatch(r"\+?[0-9*#]+", plain) else self.to

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that LiveKit would not accept, and why."""
        if not self.address.removeprefix("<").startswith(("sip:", "sips:", "tel:")):
            yield "to", "Enter a number, or an address that begins with sip:, sips: or tel:."
        yield from unreadable(["headers"], lambda _: headers(self.headers))

    def target(self) -> Target:
        """Return where to send the call."""
        return Target(
            to=self.address,
            play_dialtone=self.play_dialtone,
            headers=headers(self.headers),
            ringing_timeout=seconds(self.ringing_timeout),
        )


class EndCall(Input):
    """Nothing to fill in: the confirmation is the button."""


class EndCalls(Many):
    """Hang up the selected calls, or all that match in the rooms that were searched.

    `call` has room and identity of each as segments of an address, with a slash between them.
    """

    call: Annotated[list[str], Field(default_factory=list, max_length=MOST)]
    status: Literal[""] | CallStatus = ""
    direction: Literal[""] | CallDirection = ""
    start: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Room and identity of each selected call. Raises NoSuchPage for what no page sends."""
        parts = (text.partition("/") for text in self.call)
        return [(name_in(room), name_in(identity)) for room, _, identity in parts]
