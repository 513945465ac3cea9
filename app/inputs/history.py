"""What people enter about history."""

from app.inputs.fields import Input


class EraseIdentity(Input):
    """A question that is only confirmed."""
