"""What somebody with a one-time link enters."""

from pydantic import SecretStr

from app.inputs.accounts.sign_in import Password
from app.inputs.fields import Input


class ChoosePassword(Input):
    """The key of the link, and the password."""

    key: SecretStr = SecretStr("")
    password: Password
