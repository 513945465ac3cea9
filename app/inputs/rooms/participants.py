"""What the forms about participants accept."""

from typing import Literal

from pydantic import Field, field_validator

from app.inputs.fields import Attributes, Input, Metadata, Name, texts_by_name
from app.services.rooms.rpc import LARGEST, LONGEST

Source = Literal["camera", "microphone", "screen_share", "screen_share_audio"]


class RemoveParticipant(Input):
    """Nothing to fill in: the confirmation is the button."""


class MuteTrack(Input):
    """Mute or unmute one track."""

    track: Name


class EditParticipant(Input):
    """Name, metadata and attributes, each with what the form showed of it.

    Only the user's own changes are sent; LiveKit reads an empty name or metadata as unchanged.
    """

    name: str = ""
    metadata: Metadata = ""
    attributes: Attributes = "{}"
    shown_name: str = ""
    shown_metadata: str = ""
    shown_attributes: Attributes = "{}"

    @property
    def changed_name(self) -> str:
        """The name to send; empty where it was not touched."""
        return "" if self.name == self.shown_name else self.name

    @property
    def changed_metadata(self) -> str:
        """The metadata to send; empty where it was not touched."""
        return "" if self.metadata == self.shown_metadata else self.metadata

    @property
    def changed_attributes(self) -> dict[str, str]:
        """What to send: new and changed attributes, and an empty text for each removed one."""
        before, after = texts_by_name(self.shown_attributes), texts_by_name(self.attributes)
        gone = {key: "" for key in before if key not in after}
        return gone | {key: value for key, value in after.items() if before.get(key) != value}


class Permit(Input):
    """The whole set of permissions; LiveKit replaces all of them."""

    can_subscribe: bool = False
    can_publish: bool = False
    can_publish_data: bool = False
    can_publish_sources: list[Source] = Field(default_factory=list)
    can_update_metadata: bool = False
    can_subscribe_metrics: bool = False
    can_manage_agent_session: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False


class Subscribe(Input):
    """The tracks of others that a participant is to be subscribed to, or no more."""

    track: list[str]
    what: Literal["subscribe", "unsubscribe"] = "subscribe"

    @field_validator("track")
    @classmethod
    def _one_at_least(cls, tracks: list[str]) -> list[str]:
        if not tracks:
            raise ValueError("Choose at least one track.")
        return tracks


class CallMethod(Input):
    """Call a method of a participant's program, and wait for what it answers."""

    method: Name
    payload: str = ""
    seconds: int = Field(10, ge=1, le=LONGEST)

    @field_validator("payload")
    @classmethod
    def _fits(cls, text: str) -> str:
        size = len(text.encode())
        if size > LARGEST:
            raise ValueError(f"This is {size:,} bytes; a call takes {LARGEST:,} at most.")
        return text
