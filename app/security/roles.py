"""Permissions, the roles that have them, and the user who has a role."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing a user may do; the part after the dot is `read` where nothing is changed."""

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

    @property
    def writes(self) -> bool:
        """Whether READ_ONLY takes it away; a token lets its holder change things."""
        return not self.endswith(".read")


VIEWER = frozenset(p for p in Permission if not p.writes)

ROLES: dict[str, frozenset[Permission]] = {
    "viewer": VIEWER,
    "operator": VIEWER
    | {
        Permission.ROOMS_WRITE,
        Permission.PARTICIPANTS_WRITE,
        Permission.EGRESS_WRITE,
        Permission.INGRESS_WRITE,
        Permission.AGENTS_WRITE,
        Permission.SIP_CALL,
    },
    "admin": frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in."""

    name: str
    role: str
    read_only: bool = False

    def can(self, permission: Permission | str) -> bool:
        """Whether the role has the permission and READ_ONLY does not take it away."""
        wanted = Permission(permission)
        return wanted in ROLES[self.role] and not (self.read_only and wanted.writes)
