"""What the form that imports trunks and dispatch rules accepts."""

from typing import Annotated

from app.inputs.fields import Input, Name, Upload


class ImportDefinitions(Input):
    """A whole file, chosen or pasted."""

    definitions: Annotated[Name, Upload()]
