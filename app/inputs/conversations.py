"""What people enter about conversations."""

from app.inputs.fields import Input


class DeleteConversation(Input):
    """A question that is only confirmed."""
