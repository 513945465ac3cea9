"""The forms about tokens of programs."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.inputs.fields import Input
from app.services.accounts.tokens import LONGEST_NAME

Days = Literal["7", "30", "90", "365", "never"]
NO_PERMISSION = "Choose at least one permission."


def name_problem(name: str) -> str | None:
    """Return why a token can't have this name, or None."""
    if not name.strip():
        return "This field is required."
    if len(name) > LONGEST_NAME:
        return f"Use at most {LONGEST_NAME} characters."
    if not name.isprintable():
        return "A name can't contain control characters or line breaks."
    return None


def _is_name(name: str) -> str:
    if problem := name_problem(name):
        raise ValueError(problem)
    return name.strip()


class CreateToken(Input):
    """A new token: its name, what it may do, and how long it is good."""

    name: Annotated[str, AfterValidator(_is_name)]
    scope: Literal["chosen", "all"] = "chosen"
    permission: list[str] = Field(default_factory=list, max_length=100)
    days: Days = "90"

    def problems(self) -> Iterable[tuple[str, str]]:
        """Return that nothing was chosen: such a token could do nothing."""
        if self.scope == "chosen" and not self.permission:
            yield "permission", NO_PERMISSION

    @property
    def lifetime(self) -> timedelta | None:
        """How long it is good; None for a token that never expires."""
        return None if self.days == "never" else timedelta(days=int(self.days))


class RevokeToken(Input):
    """Revoke a token; the form has no fields."""
