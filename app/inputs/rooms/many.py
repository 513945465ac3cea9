"""The forms about several participants of a room."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from app.inputs.fields import Many
from app.inputs.rooms.rooms import SendData
from app.services.rooms.people import Muted, Publishing, Wanted
from app.services.rooms.states import ParticipantKind
from app.text.paths import name_in

Choice = Literal["", "yes", "no"]
# What one form may change about many; what it leaves out is set for each participant alone.
PERMISSIONS = (
    "can_subscribe",
    "can_publish",
    "can_publish_data",
    "can_update_metadata",
    "can_subscribe_metrics",
    "can_manage_agent_session",
)


class ChosenPeople(Many):
    """The selected participants, each as a segment of an address, or all that match the filter.

    Browsers change NUL and single carriage returns, which an identity may contain.
    """

    who: list[str] = Field(default_factory=list)
    kind: Literal[""] | ParticipantKind = ""
    publishing: Publishing = ""
    muted: Muted = ""

    @property
    def identities(self) -> list[str]:
        """The identities of the selected participants. Raises NoSuchPage."""
        return [name_in(part) for part in self.who]

    @property
    def wanted(self) -> Wanted:
        """The filter."""
        return Wanted(self.kind, self.publishing, self.muted)


class Asked(ChosenPeople):
    """A form of its own about the chosen ones; `asked` once it was shown."""

    asked: Literal["", "1"] = ""


class SendToMany(Asked, SendData):
    """Send a data packet to each of the participants."""


class PermitMany(Asked):
    """Allow or deny some permissions; those left blank stay as they are for each participant."""

    can_subscribe: Choice = ""
    can_publish: Choice = ""
    can_publish_data: Choice = ""
    can_update_metadata: Choice = ""
    can_subscribe_metrics: Choice = ""
    can_manage_agent_session: Choice = ""

    @property
    def changes(self) -> dict[str, bool]:
        """The permissions to change, by name."""
        values = ((name, getattr(self, name)) for name in PERMISSIONS)
        return {name: value == "yes" for name, value in values if value}

    def problems(self) -> Iterable[tuple[str, str]]:
        """Return that nothing was chosen, if so."""
        if not self.changes:
            yield PERMISSIONS[0], "Choose at least one permission to allow or deny."
