"""How people sign in, what links are for, and which accounts there are."""

from enum import StrEnum


class SignIn(StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105
    PASSWORD_AND_CODE = "password+code"  # noqa: S105
    PASSWORD_AND_PASSKEY = "password+passkey"  # noqa: S105
    PASSKEY = "passkey"
    OIDC = "oidc"
    PROXY = "proxy"
    LINK = "link"
    EMERGENCY = "emergency"


class LinkKind(StrEnum):
    """What a one-time link lets its holder do."""

    INVITATION = "invitation"
    RESET = "reset"


class AccountState(StrEnum):
    """The states of an account: who can sign in with it."""

    ACTIVE = "active"
    INVITED = "invited"  # without a password, and never signed in
    DISABLED = "disabled"
