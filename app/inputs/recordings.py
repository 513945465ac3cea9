"""What people enter about recordings."""

from app.inputs.fields import Input


class DeleteRecording(Input):
    """A question that is only confirmed."""


class LinkRecording(Input):
    """A question that is only confirmed."""
