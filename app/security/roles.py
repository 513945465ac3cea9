"""Permissions, the roles that hold them, and the user who has a role."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that a user may do."""

    SERVER_READ = "server.read"
    ROOMS_READ = "rooms.read"
    ROOMS_WRITE = "rooms.write"
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
    AUDIT_READ = "audit.read"

    @property
    def writes(self) -> bool:
        """True if READ_ONLY takes the permission away."""
        return self not in READING


class Role(StrEnum):
    """A named set of permissions."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


# A permission that isn't listed here counts as a change. Creating a token is one, because the
# token lets its holder change things.
READING = frozenset(
    {
        Permission.SERVER_READ,
        Permission.ROOMS_READ,
        Permission.EGRESS_READ,
        Permission.INGRESS_READ,
        Permission.AGENTS_READ,
        Permission.SIP_READ,
        Permission.AUDIT_READ,
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
    }
)
_OPERATOR = _VIEWER | {
    Permission.ROOMS_WRITE,
    Permission.PARTICIPANTS_WRITE,
    Permission.EGRESS_WRITE,
    Permission.INGRESS_WRITE,
    Permission.AGENTS_WRITE,
    Permission.SIP_CALL,
}
_ADMIN = _OPERATOR | {Permission.TOKENS_CREATE, Permission.SIP_WRITE, Permission.AUDIT_READ}

ROLES: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {Role.VIEWER: _VIEWER, Role.OPERATOR: _OPERATOR, Role.ADMIN: _ADMIN}
)


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in user."""

    name: str
    role: Role
    read_only: bool = False

    def can(self, permission: Permission | str) -> bool:
        """Return True if the role has the permission and READ_ONLY doesn't take it away."""
        wanted = Permission(permission)
        return wanted in ROLES[self.role] and not (self.read_only and wanted.writes)
