"""What people enter about conversations."""

from typing import Literal

from app.inputs.fields import Input


class CheckUploads(Input):
    """A check that takes no values."""


class SwitchUploads(Input):
    """The choice to accept uploads of agents, or to refuse them."""

    uploads: Literal["on", "off"]


class DeleteConversation(Input):
    """A question that is only confirmed."""
