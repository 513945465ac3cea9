"""What the forms about agents accept."""

from collections.abc import Iterator

from app.inputs.fields import Input, Metadata, Name

LONGEST_ROOM = 256  # bytes; of a longer name LiveKit says after 3 s that nobody answers


class CreateDispatch(Input):
    """Ask for an agent in a room; without a name, for one of the workers that have none."""

    agent_name: str = ""
    room: Name
    metadata: Metadata = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Give each field that LiveKit would not take, and why."""
        if len(self.room.encode()) > LONGEST_ROOM:
            yield "room", f"LiveKit takes {LONGEST_ROOM} bytes at most."


class DeleteDispatch(Input):
    """Nothing to fill in: the confirmation is the button."""
