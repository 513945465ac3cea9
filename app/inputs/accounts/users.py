"""What administrators enter about users."""

from collections.abc import Iterator

from app.inputs.fields import Input
from app.services.accounts import names

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


class EditUser(Input):
    """A name, an e-mail address and a role; `was` is the role that the form showed."""

    name: str
    email: str = ""
    role: str
    was: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield why the name or the e-mail address isn't accepted."""
        if problem := names.problem(self.name):
            yield "name", problem
        if self.email.strip() and (problem := email_problem(self.email.strip())):
            yield "email", problem


class InviteUser(EditUser):
    """The same of somebody who gets a link."""

    role: str = "viewer"


class DeleteUser(Input):
    """The name, typed to confirm."""

    typed: str = ""


class NoFields(Input):
    """A question that is only confirmed."""


def email_problem(email: str) -> str | None:
    """Return why an e-mail address isn't accepted, or None; only its mail server knows it."""
    if len(email) > LONGEST_EMAIL:
        return f"Use at most {LONGEST_EMAIL} characters."
    local, _, domain = email.partition("@")
    is_plain = email.isprintable() and not any(map(str.isspace, email))
    if not (local and domain and "@" not in domain and is_plain):
        return "This isn't an e-mail address."
    return None
