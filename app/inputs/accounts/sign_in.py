"""The form to sign in."""

from pydantic import Field, SecretStr

from app.inputs.fields import Input
from app.services.accounts import names, passwords


class SignInWithPassword(Input):
    """A name and a password, and the place to return to."""

    name: str = Field(min_length=1, max_length=names.LONGEST)
    password: SecretStr = Field(min_length=1, max_length=passwords.LONGEST)
    next: str = "/"
