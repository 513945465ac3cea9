"""Secrets at rest: encrypted with keys derived from SESSION_SECRET, which can be rotated."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from app.errors import DashboardError


class Unreadable(DashboardError):
    """A secret in the database was encrypted with a SESSION_SECRET that isn't configured now."""

    title = "A stored secret can't be decrypted"
    advice = "Add the former SESSION_SECRET after the new one, separated by a comma."


class Sealer:
    """Encrypts texts for the store: the first key encrypts, all of them decrypt."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        self._box = MultiFernet([_key(secret.get_secret_value()) for secret in secrets])

    def seal(self, text: str) -> str:
        """Return the encrypted text."""
        return self._box.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises Unreadable if no key of SESSION_SECRET fits."""
        try:
            return self._box.decrypt(sealed).decode()
        except InvalidToken:
            raise Unreadable from None


def _key(secret: str) -> Fernet:
    raw = HKDF(SHA256(), 32, salt=None, info=b"livekit-dashboard store").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(raw))
