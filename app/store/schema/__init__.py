"""The tables, one module an area; migrations create them, these describe them to queries."""

from app.store.schema.accounts import LINKS, ROLES, TRIES, USER_SESSIONS, USERS
from app.store.schema.audit import AUDIT, AUDIT_ACTS, AUDIT_HEAD, AUDIT_TARGETS
from app.store.schema.background import DELETED_CONVERSATIONS, FORWARDING, UNWANTED_FILES
from app.store.schema.conversations import (
    CONVERSATION_ITEMS,
    CONVERSATION_LOGS,
    CONVERSATION_SPANS,
    CONVERSATIONS,
)
from app.store.schema.events import WEBHOOK_EVENTS, WEBHOOK_REFUSALS
from app.store.schema.factors import (
    AUTHENTICATORS,
    IDENTITIES,
    PASSKEYS,
    RECOVERY_CODES,
    TOKENS,
)
from app.store.schema.history import (
    CALLS,
    CONNECTIONS,
    COVERAGE,
    EGRESS_JOBS,
    INGRESS_RUNS,
    REPAIRS,
    SESSIONS,
    TRACKS,
)
from app.store.schema.jobs import BACKGROUND_JOBS, EXECUTORS, JOB_ITEMS, JOB_LOG
from app.store.schema.metadata import METADATA
from app.store.schema.recordings import RECORDINGS
from app.store.schema.uploads import (
    CONVERSATION_BATCHES,
    CONVERSATION_ERRORS,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_FIGURES,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    UPLOAD_REFUSALS,
    UPLOADS_OFF,
)
from app.store.schema.usage import USAGE, USAGE_STALE

__all__ = [
    "AUDIT",
    "AUDIT_ACTS",
    "AUDIT_HEAD",
    "AUDIT_TARGETS",
    "AUTHENTICATORS",
    "BACKGROUND_JOBS",
    "CALLS",
    "CONNECTIONS",
    "CONVERSATIONS",
    "CONVERSATION_BATCHES",
    "CONVERSATION_ERRORS",
    "CONVERSATION_EVALUATIONS",
    "CONVERSATION_FIGURES",
    "CONVERSATION_ITEMS",
    "CONVERSATION_LOGS",
    "CONVERSATION_SPANS",
    "CONVERSATION_TAGS",
    "CONVERSATION_USAGE",
    "COVERAGE",
    "DELETED_CONVERSATIONS",
    "EGRESS_JOBS",
    "EXECUTORS",
    "FORWARDING",
    "IDENTITIES",
    "INGRESS_RUNS",
    "JOB_ITEMS",
    "JOB_LOG",
    "LINKS",
    "METADATA",
    "PASSKEYS",
    "RECORDINGS",
    "RECOVERY_CODES",
    "REPAIRS",
    "ROLES",
    "SESSIONS",
    "TOKENS",
    "TRACKS",
    "TRIES",
    "UNWANTED_FILES",
    "UPLOADS_OFF",
    "UPLOAD_REFUSALS",
    "USAGE",
    "USAGE_STALE",
    "USERS",
    "USER_SESSIONS",
    "WEBHOOK_EVENTS",
    "WEBHOOK_REFUSALS",
]
