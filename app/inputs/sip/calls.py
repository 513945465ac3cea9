"""What the forms about active calls accept."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from app.inputs.fields import Input, Name, unreadable
from app.inputs.sip.dial import LONGEST_WAIT, seconds
from app.inputs.sip.texts import headers
from app.services.sip.calls.dialing import Target
from app.text.phones import plain_number


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
