"""What the route tester's forms accept: a call as its SIP headers would have it."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from app.inputs.fields import Input
from app.services.sip.routing.terms import Call

Text = Annotated[str, Field(max_length=1000)]


class RouteCall(Input):
    """A call to ask about; only the number that is called must be there."""

    caller: Text = ""
    called: Text
    source: Text = ""
    host: Text = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Ask for the number that is called."""
        if not self.called.strip():
            yield "called", "Fill this in."

    def call(self) -> Call:
        """Give the call, without the white space that a pasted text may bring."""
        return Call(
            self.caller.strip(), self.called.strip(), self.source.strip(), self.host.strip()
        )


class TypePin(RouteCall):
    """What the caller does who is asked for a PIN: type one, or none (`no_pin`)."""

    pin: Text = ""
    no_pin: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Ask for the PIN, and for the number."""
        yield from super().problems()
        if not self.pin and not self.no_pin:
            yield "pin", "Type the PIN that the caller would type, or choose that none is typed."

    def call(self) -> Call:
        """Give the call with what is typed; without a PIN where none is."""
        call = super().call()
        return Call(
            call.caller,
            call.called,
            call.source,
            call.host,
            pin="" if self.no_pin else self.pin,
            no_pin=self.no_pin,
        )
