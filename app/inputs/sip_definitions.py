"""What the form that imports trunks and dispatch rules accepts."""

from app.inputs.fields import Input, Name


class ImportDefinitions(Input):
    """A whole file, pasted."""

    definitions: Name
