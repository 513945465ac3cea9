"""The forms about participants."""

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints, field_validator

from app.inputs.fields import (
    Attributes,
    Input,
    Metadata,
    Name,
    as_shown,
    as_typed,
    changed,
    texts_by_name,
)
from app.services.rooms.moderation import Changes
from app.services.rooms.participants import Participant
from app.services.rooms.rpc import LARGEST, LONGEST
from app.text.json_text import indented, pretty

Source = Literal["camera", "microphone", "screen_share", "screen_share_audio"]
SOURCES: tuple[str, ...] = get_args(Source)
# What a participant may have besides: a source that LiveKit doesn't know, or the number of a newer
# one. If it were dropped, the empty list would allow every source.
OtherSource = Annotated[str, StringConstraints(pattern=r"^(unknown|[0-9]{1,9})$")]


class RemoveParticipant(Input):
    """Remove a participant; the form has no fields."""


class MuteTrack(Input):
    """Mute or unmute one track."""

    track: Name


class EditParticipant(Input):
    """Change a participant; `shown` is what the form showed, so that only changes are sent."""

    name: str = ""
    metadata: Metadata = ""
    attributes: Attributes = "{}"
    shown: str = "{}"

    @field_validator("shown")
    @classmethod
    def _is_a_form(cls, text: str) -> str:
        _shown_attributes(text)
        return text

    @property
    def changes(self) -> Changes:
        """What was changed: of the attributes the new, the changed and the removed ones."""
        names = changed(self, as_shown(self.shown), ("name", "metadata"))
        before, after = _shown_attributes(self.shown), texts_by_name(self.attributes)
        removed = {key: "" for key in before if key not in after}
        updated = {key: value for key, value in after.items() if before.get(key) != value}
        return Changes(
            **{name: getattr(self, name) for name in names}, attributes=removed | updated
        )


def _shown_attributes(shown: str) -> dict[str, str]:
    """Return the attributes that the form showed. Raises ValueError."""
    return texts_by_name(str(as_shown(shown).get("attributes", "")))


def texts_of(who: Participant) -> dict[str, str]:
    """Return a participant as the fields of its form, as a browser sends them back."""
    return {
        "name": as_typed(who.name, lines=False),
        "metadata": as_typed(pretty(who.metadata), lines=True),
        "attributes": indented(who.attributes),
    }


class Permit(Input):
    """All permissions of a participant; LiveKit replaces all of them."""

    can_subscribe: bool = False
    can_publish: bool = False
    can_publish_data: bool = False
    can_publish_sources: list[Source | OtherSource] = Field(default_factory=list)
    can_update_metadata: bool = False
    can_subscribe_metrics: bool = False
    can_manage_agent_session: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False


class Subscribe(Input):
    """Subscribe a participant to tracks of others, or unsubscribe it."""

    track: list[str]
    what: Literal["subscribe", "unsubscribe"] = "subscribe"

    @field_validator("track")
    @classmethod
    def _at_least_one(cls, tracks: list[str]) -> list[str]:
        if not tracks:
            raise ValueError("Choose at least one track.")
        return tracks


class CallMethod(Input):
    """Call an RPC method of a participant, and wait for the response."""

    method: Name
    payload: str = ""
    seconds: int = Field(10, ge=1, le=LONGEST)

    @field_validator("payload")
    @classmethod
    def _fits(cls, text: str) -> str:
        size = len(text.encode())
        if size > LARGEST:
            raise ValueError(f"This is {size:,} bytes. Use at most {LARGEST:,}.")
        return text
