"""The tables, one module an area; migrations create them, these describe them to queries."""

from app.store.schema.accounts import LINKS, ROLES, TRIES, USER_SESSIONS, USERS
from app.store.schema.audit import AUDIT, AUDIT_ACTS, AUDIT_HEAD, AUDIT_TARGETS
from app.store.schema.factors import (
    AUTHENTICATORS,
    IDENTITIES,
    PASSKEYS,
    RECOVERY_CODES,
    TOKENS,
)
from app.store.schema.metadata import METADATA

__all__ = [
    "AUDIT",
    "AUDIT_ACTS",
    "AUDIT_HEAD",
    "AUDIT_TARGETS",
    "AUTHENTICATORS",
    "IDENTITIES",
    "LINKS",
    "METADATA",
    "PASSKEYS",
    "RECOVERY_CODES",
    "ROLES",
    "TOKENS",
    "TRIES",
    "USERS",
    "USER_SESSIONS",
]
