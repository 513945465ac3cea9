"""Permissions, the roles that hold them, and the user who has a role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.errors import DashboardError
from app.services.preferences import Preferences


class Permission(StrEnum):
    """One thing that a user may do."""

    SERVER_READ = "server.read"
    SETTINGS_READ = "settings.read"
    ROOMS_READ = "rooms.read"
    ROOMS_WRITE = "rooms.write"
    PARTICIPANTS_MODERATE = "participants.moderate"
    PARTICIPANTS_WRITE = "participants.write"
    TOKENS_CREATE = "tokens.create"
    EGRESS_READ = "egress.read"
    EGRESS_WRITE = "egress.write"
    INGRESS_READ = "ingress.read"
    INGRESS_WRITE = "ingress.write"
    AGENTS_READ = "agents.read"
    AGENTS_WRITE = "agents.write"
    SIP_READ = "sip.read"
    SIP_WRITE = "sip.write"
    SIP_CALL = "sip.call"
    HISTORY_READ = "history.read"
    PERSONAL_READ = "personal.read"
    PERSONAL_ERASE = "personal.erase"
    CONVERSATIONS_READ = "conversations.read"
    CONVERSATIONS_MANAGE = "conversations.manage"
    RECORDINGS_READ = "recordings.read"
    JOBS_READ = "jobs.read"
    JOBS_WRITE = "jobs.write"
    RECORDINGS_MANAGE = "recordings.manage"
    AUDIT_READ = "audit.read"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_WRITE = "accounts.write"

    @property
    def writes(self) -> bool:
        """True if READ_ONLY takes the permission away."""
        return self not in READING


class Role(StrEnum):
    """A named set of permissions."""

    VIEWER = "viewer"
    SUPPORT = "support"
    OPERATOR = "operator"
    ADMIN = "admin"


# A permission that isn't listed here counts as a change. Creating a token is one, because the
# token lets its holder change things.
READING = frozenset(
    {
        Permission.SERVER_READ,
        Permission.SETTINGS_READ,
        Permission.ROOMS_READ,
        Permission.EGRESS_READ,
        Permission.INGRESS_READ,
        Permission.AGENTS_READ,
        Permission.SIP_READ,
        Permission.HISTORY_READ,
        Permission.PERSONAL_READ,
        Permission.CONVERSATIONS_READ,
        Permission.RECORDINGS_READ,
        Permission.JOBS_READ,
        Permission.AUDIT_READ,
        Permission.ACCOUNTS_READ,
    }
)

# Each permission is granted by name: a new one is granted to nobody until it is added here.
_VIEWER = frozenset(
    {
        Permission.SERVER_READ,
        Permission.ROOMS_READ,
        Permission.EGRESS_READ,
        Permission.INGRESS_READ,
        Permission.AGENTS_READ,
        Permission.SIP_READ,
        Permission.HISTORY_READ,
    }
)
_SUPPORT = _VIEWER | {
    Permission.PARTICIPANTS_MODERATE,
    Permission.PERSONAL_READ,
    Permission.CONVERSATIONS_READ,
    Permission.RECORDINGS_READ,
    Permission.JOBS_READ,
    Permission.JOBS_WRITE,
}
_OPERATOR = _SUPPORT | {
    Permission.SETTINGS_READ,
    Permission.ROOMS_WRITE,
    Permission.PARTICIPANTS_WRITE,
    Permission.EGRESS_WRITE,
    Permission.INGRESS_WRITE,
    Permission.AGENTS_WRITE,
    Permission.SIP_CALL,
}
_ADMIN = _OPERATOR | {
    Permission.TOKENS_CREATE,
    Permission.SIP_WRITE,
    Permission.PERSONAL_ERASE,
    Permission.CONVERSATIONS_MANAGE,
    Permission.RECORDINGS_MANAGE,
    Permission.AUDIT_READ,
    Permission.ACCOUNTS_READ,
    Permission.ACCOUNTS_WRITE,
}

ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: _VIEWER,
        Role.SUPPORT: _SUPPORT,
        Role.OPERATOR: _OPERATOR,
        Role.ADMIN: _ADMIN,
    }
)


NOTHING_PREFERRED = Preferences()
NONE = frozenset[Permission]()
# With it, a token could give itself any other.
NEVER_BY_TOKEN = frozenset({Permission.ACCOUNTS_WRITE})


@dataclass(frozen=True, slots=True)
class TokenUse:
    """The token by which somebody acts: its number and its name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in user.

    `held` are the permissions of a role that an administrator made, or of a token; None for all
    that the built-in role has. `account` is the number of the account in the store, and `session`
    that of the session; None for users without one. `token` is the one that a program sent. One
    with `lacks_factor` has to set up a second factor, and may do nothing else. `unverified` is why
    it isn't known whether all this still holds: such a user may only read.
    """

    name: str
    role: str
    read_only: bool = False
    held: frozenset[Permission] | None = None
    account: int | None = None
    session: int | None = None
    preferences: Preferences = field(default=NOTHING_PREFERRED, compare=False)
    token: TokenUse | None = None
    lacks_factor: bool = False
    unverified: DashboardError | None = field(default=None, compare=False)

    def can(self, permission: Permission | str) -> bool:
        """Return True if the user has the permission and READ_ONLY doesn't take it away."""
        wanted = Permission(permission)
        return wanted in self.permissions and not (self.read_only and wanted.writes)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the user may do, before READ_ONLY; an unknown role may do nothing."""
        return ROLES.get(self.role, NONE) if self.held is None else self.held


def known(names: Iterable[str]) -> frozenset[Permission]:
    """Return the permissions of these names; a name that this version doesn't know grants none."""
    given = frozenset(names)
    return frozenset(permission for permission in Permission if permission in given)
