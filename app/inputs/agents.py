"""What the forms about agents accept."""

from app.inputs.fields import Input, Metadata, ShortName


class CreateDispatch(Input):
    """Ask for an agent in a room; without a name, for one of the workers that have none."""

    agent_name: str = ""
    room: ShortName
    metadata: Metadata = ""


class DeleteDispatch(Input):
    """Nothing to fill in: the confirmation is the button."""
