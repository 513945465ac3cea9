"""The form to sign in."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from app.inputs.fields import Input
from app.services.accounts import names, passwords


def _typed(password: SecretStr) -> SecretStr:
    if not password.get_secret_value():
        raise ValueError("This field is required.")
    if len(password.get_secret_value()) > passwords.LONGEST:
        raise ValueError(f"Use at most {passwords.LONGEST} characters.")
    return password


Password = Annotated[SecretStr, AfterValidator(_typed)]


class SignInWithPassword(Input):
    """A name and a password, and the place to return to."""

    name: str = Field(min_length=1, max_length=names.LONGEST)
    password: Password
    next: str = "/"
