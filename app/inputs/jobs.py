"""What people enter about jobs in the background."""

from app.inputs.fields import Input, Many


class CancelJob(Input):
    """A question that is only confirmed."""


class RunAgain(Many):
    """Do again what a job left, all of it."""
