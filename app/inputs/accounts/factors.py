"""The forms of second factors: codes, passkeys, and the proof that comes before a change."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.inputs.accounts.sign_in import Password
from app.inputs.fields import Input
from app.services.accounts.factors import passkeys
from app.services.accounts.factors.ceremonies import LONGEST_ANSWER


def _plain(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("This field is required.")
    if not text.isprintable():
        raise ValueError("A name can't contain control characters or line breaks.")
    return text


PasskeyName = Annotated[str, Field(max_length=passkeys.LONGEST_NAME), AfterValidator(_plain)]
Answer = Annotated[str, Field(min_length=1, max_length=LONGEST_ANSWER)]


class EnterCode(Input):
    """A code of the app, or a recovery code, and the place to return to."""

    code: str = Field(min_length=1, max_length=100)
    next: str = "/"


class UsePasskey(Input):
    """What the browser answered to the request for a passkey, and the place to return to."""

    credential: Answer
    next: str = "/"


class ProveByPassword(Input):
    """One's own password, and the place to return to."""

    password: Password
    next: str = "/"


class ConfirmApp(Input):
    """The first code of an app; `setup` carries its secret, encrypted."""

    code: str = Field(min_length=1, max_length=20)
    setup: str = Field("", max_length=1000)


class AddPasskey(Input):
    """A passkey that the browser has made, and what to call it."""

    name: PasskeyName = "Passkey"
    credential: Answer


class RenamePasskey(Input):
    """What to call a passkey."""

    name: PasskeyName


class Agreed(Input):
    """Nothing but the decision to do it."""
