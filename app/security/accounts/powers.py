"""What a signed-in person, or the shell, may give to accounts."""

from app.config.settings import Settings
from app.security.roles import ROLES, Permission, User
from app.services.accounts.accounts import Account
from app.services.accounts.powers import Powers

BUILT_IN = {str(role): frozenset(map(str, held)) for role, held in ROLES.items()}


def powers_of(user: User, settings: Settings) -> Powers:
    """Return what a user may give: the permissions of the user's own role."""
    return Powers(frozenset(map(str, user.permissions)), BUILT_IN, settings.admin_username)


def shell_powers(settings: Settings) -> Powers:
    """Return what commands may give: everything."""
    return Powers(frozenset(map(str, Permission)), BUILT_IN, settings.admin_username)


def held_by(account: Account) -> frozenset[str]:
    """Return the permissions of an account's role."""
    held = account.permissions
    return BUILT_IN.get(account.role, frozenset()) if held is None else held
