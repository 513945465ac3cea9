"""A row of the audit, and the hash that ties it to the row before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

FIRST = "0" * 64  # what stands before the first row
# Who acts where nobody is signed in: the dashboard itself, and the commands of a system's user.
DASHBOARD = "dashboard"
COMMANDS = "command line"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One moment of an act: attempted, or its outcome.

    Rows of one act share `act`. `actor` and `role` are copies of what they were then. `status` and
    `reason` are those of the error that prevented the act.
    """

    at: datetime
    act: str
    action: str
    outcome: str
    target: Mapping[str, str]
    server: str = "default"
    actor: str = ""
    role: str = ""
    address: str = ""
    request_id: str = ""
    status: int | None = None
    reason: str = ""
    facts: Mapping[str, Any] | None = None

    def values(self) -> dict[str, Any]:
        """Return the columns of the row, `previous` and `hash` excepted."""
        return {
            "at": self.at.astimezone(UTC),
            "server": self.server,
            "act": self.act,
            "action": self.action,
            "outcome": self.outcome,
            "actor": self.actor,
            "role": self.role,
            "address": self.address,
            "request_id": self.request_id,
            "status": self.status,
            "reason": self.reason,
            "target": as_json(self.target),
            "facts": as_json(self.facts or {}),
        }


HASHED = (
    "at",
    "server",
    "act",
    "action",
    "outcome",
    "actor",
    "role",
    "address",
    "request_id",
    "status",
    "reason",
    "target",
    "facts",
)


def as_json(value: Any) -> str:
    """Return JSON that is the same for equal values; what JSON doesn't know becomes its text.

    NUL, which PostgreSQL's text can't hold, stays escaped.
    """
    return json.dumps(_with_text_keys(value), default=str, sort_keys=True, separators=(",", ":"))


def _with_text_keys(value: Any) -> Any:
    """Return a value whose keys can be sorted: those of one mapping may be of several types."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_text_keys(each) for each in value]
    return value


def chained(previous: str, values: Mapping[str, Any] | RowMapping) -> str:
    """Return the hash of a row after the row whose hash is `previous`: SHA-256, in hexadecimal."""
    parts = [previous]
    for name in HASHED:
        value = values[name]
        parts.append(value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value)
    return hashlib.sha256(as_json(parts).encode()).hexdigest()
