"""What is too weak to guard a production server."""

from pydantic import SecretStr

COMMON = (
    "password",
    "passwort",
    "changeme",
    "letmein",
    "qwerty",
    "livekit",
    "12345",
    "secret",
    "admin",
)


def weak_password(password: SecretStr, username: str) -> str | None:
    """Why `password` is refused in production, or None where it will do.

    Length before composition, as NIST SP 800-63B (5.1.1.2) advises, and no known default.
    """
    text = password.get_secret_value()
    if len(text) < 12:
        return "is too short for production; use 12 characters or more"
    bare = text.casefold().replace(username.casefold(), "")
    for word in COMMON:
        bare = bare.replace(word, "")
    if len(bare) < 8 or len(set(text)) < 6:
        return "is too easy to guess for production"
    return None


def weak_secret(secret: SecretStr) -> str | None:
    """Why `secret` is refused in production, or None; LiveKit itself asks for 32 characters."""
    text = secret.get_secret_value()
    if len(text) < 32:
        return "is too short for production; use 32 random characters or more"
    if len(set(text)) < 8:
        return "is too easy to guess for production"
    return None
