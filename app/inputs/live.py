"""What the pages accept whose own script joins rooms."""

from typing import Annotated

from pydantic import Field

from app.inputs.fields import Input


class Observe(Input):
    """An open page that wants to watch; `observer` is the name of the page, if it has one."""

    observer: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")] = ""


class TryToken(Input):
    """A token to join with; whether it is one, LiveKit says when the page joins."""

    token: str = ""
