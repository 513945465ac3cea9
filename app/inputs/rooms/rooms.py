"""The forms about rooms."""

from typing import Literal

from pydantic import Field, field_validator

from app.inputs.fields import Attributes, Input, Many, Metadata, Name, Whole, texts_by_name
from app.services.rooms.new_agents import NewAgent, in_json
from app.services.rooms.rooms import Age, People, Recording
from app.text.json_text import json_problem


class RoomOptions(Input):
    """The options of a new room, in its form and in a token's; blank for LiveKit's default."""

    empty_timeout: Whole = None
    departure_timeout: Whole = None
    max_participants: Whole = None
    min_playout_delay: Whole = None
    max_playout_delay: Whole = None
    sync_streams: bool = False
    room_preset: str = ""
    agents: str = ""
    egress: str = ""
    tags: Attributes = ""

    @field_validator("agents")
    @classmethod
    def _are_agents(cls, text: str) -> str:
        room_agents(text)
        return text

    @field_validator("egress")
    @classmethod
    def _egress_is_json(cls, text: str) -> str:
        if text.strip() and (json_problem(text) or not text.lstrip().startswith("{")):
            raise ValueError(json_problem(text) or "Enter a JSON object.")
        return text

    @property
    def agents_to_dispatch(self) -> tuple[NewAgent, ...]:
        """The agents to dispatch."""
        return room_agents(self.agents)

    @property
    def tag_texts(self) -> dict[str, str]:
        """The tags by their names."""
        return texts_by_name(self.tags)


class CreateRoom(RoomOptions):
    """Create a room: the name is enough."""

    name: Name
    metadata: Metadata = ""
    node_id: str = ""
    replay_enabled: bool = False


def room_agents(text: str) -> tuple[NewAgent, ...]:
    """Return the agents to dispatch: one per line, or a JSON array of RoomAgentDispatch messages.

    Raises ValueError with the agent or the path at fault, and the reason.
    """
    if text.lstrip().startswith("["):
        return in_json(text)
    named = agent_lines(text)
    for number, (name, _) in enumerate(named, 1):
        if name.startswith("{"):
            raise ValueError(
                f'Agent {number}, {name}: enter JSON as an array: [{{"agent_name": "NAME"}}].'
            )
    return tuple(NewAgent(agent_name=name, metadata=metadata) for name, metadata in named)


def agent_lines(text: str) -> tuple[tuple[str, str], ...]:
    """Return name and metadata of each agent: one per line, the metadata after a space."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(
        (name, metadata.strip()) for name, _, metadata in (x.partition(" ") for x in lines)
    )


class EditRoom(Input):
    """Replace a room's metadata; `shown` is what the form showed, indented for reading.

    If it is saved without a change, the metadata stays the same, byte for byte.
    """

    metadata: Metadata = ""
    shown: str | None = None


class DeleteRoom(Input):
    """Delete one room; the form has no fields."""


class DeleteRooms(Many):
    """Delete the selected rooms, each as a segment of an address, or all that match.

    Browsers change NUL and single carriage returns, which a name may contain.
    """

    room: list[str] = Field(default_factory=list)
    people: People = ""
    recording: Recording = ""
    older: Age = ""


class SendData(Input):
    """Send a data packet; LiveKit drops large ones silently, so their size is limited."""

    payload: Name
    topic: str = ""
    delivery: Literal["reliable", "lossy"] = "reliable"

    @property
    def lossy(self) -> bool:
        """Return whether packets may be lost or reordered, for the lowest latency."""
        return self.delivery == "lossy"

    @field_validator("payload")
    @classmethod
    def _fits(cls, text: str) -> str:
        size = len(text.encode())
        if size > 64_000:
            raise ValueError(f"This is {size:,} bytes. Use at most 64,000: more may be lost.")
        return text
