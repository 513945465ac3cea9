"""The audit: who did what to what, written before an act and after it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request

from app.errors import DashboardError, LiveKitError, NoSuchPage
from app.security.addresses import client_address
from app.security.roles import User
from app.services.audit.changes import for_log, kept
from app.services.audit.states import Outcome
from app.services.livekit.differences import Difference
from app.text.paths import name_in

log = structlog.get_logger("audit")


LEVELS = {Outcome.ATTEMPTED: "info", Outcome.DONE: "info", Outcome.FAILED: "error"}


@dataclass(slots=True)
class AuditEntry:
    """One act: `action` by a user, on the `target` that the address names.

    `user`, `role` and `address` are copies, so that later changes don't affect them.
    `facts` are added by the route and must not contain secrets. An act that `continues` in its
    response is over with the response, which then writes the outcome.
    """

    action: str
    target: Mapping[str, str]
    server: str = "default"
    user: str = ""
    role: str = ""
    address: str = ""
    request_id: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    act: str = field(default_factory=lambda: secrets.token_hex(16))  # the same for all its rows
    continues: bool = False

    @classmethod
    def of(cls, request: HTTPConnection, action: str, target: Mapping[str, str]) -> "AuditEntry":
        """Return an entry for an act that a request asks for; `by` adds the user."""
        named = {part: _name(value) for part, value in target.items()}
        entry = cls(action, named, address=client_address(request))
        entry.request_id = request.scope["state"].get("request_id", "")
        return entry

    def by(self, user: User) -> None:
        """Set the user who acts, and the token by which a program does."""
        self.user, self.role = user.name, str(user.role)
        if user.token:
            self.note(token=user.token.name, token_id=user.token.id)

    def note(self, **facts: object) -> None:
        """Add facts about the act or its result."""
        self.facts |= facts

    def changes(self, differences: Iterable[Difference]) -> None:
        """Set what is changed: values before and after, without secrets, and not in the log.

        Called before the act, so that the entry has them if its outcome is lost.
        """
        self.facts |= kept(differences)


class Audit(Protocol):
    """Where entries are written."""

    async def write(
        self, entry: AuditEntry, outcome: Outcome, error: BaseException | None = None
    ) -> None:
        """Write an entry with its outcome, and the error that prevented the act, if any."""


@asynccontextmanager
async def outcome_written(audit: Audit, entry: AuditEntry) -> AsyncIterator[None]:
    """Write the outcome of what is done inside, unless it continues elsewhere."""
    try:
        yield
    except BaseException as error:
        await asyncio.shield(audit.write(entry, outcome_of(error), error))
        raise
    if not entry.continues:
        await asyncio.shield(audit.write(entry, Outcome.DONE))


@asynccontextmanager
async def export_recorded(
    request: Request, action: str, ending: str, target: Mapping[str, str] | None = None
) -> AsyncIterator[None]:
    """Write that somebody gets personal data as a file, with its filter, before and after.

    `target` is what the file is about, if that is one thing.

    A HEAD, which sends no data, isn't recorded.
    """
    if request.state.is_head:
        yield
        return
    audit: Audit = request.app.state.audit
    entry = AuditEntry.of(request, action, target or {})
    entry.by(request.state.user)
    given = {name: value for name, value in request.query_params.items() if value}
    entry.note(format=ending, **({"filter": given} if given else {}))
    await audit.write(entry, Outcome.ATTEMPTED)
    async with outcome_written(audit, entry):
        yield


class LogAudit:
    """Writes each entry as one line of the log."""

    async def write(
        self, entry: AuditEntry, outcome: Outcome, error: BaseException | None = None
    ) -> None:
        """Log the entry; the reason is included only for errors that were raised on purpose."""
        who = {"user": entry.user, "role": entry.role, "address": entry.address}
        line = {name: value for name, value in who.items() if value} | reason_of(error)
        what = {**entry.target, **for_log(entry.facts)}
        named = {f"target_{name}" if name in who else name: text for name, text in what.items()}
        about = {"action": entry.action, "server": entry.server, **named}
        write = getattr(log, LEVELS.get(outcome, "warning"))
        write(str(outcome), **(about | line))


def _name(segment: str) -> str:
    try:
        return name_in(segment)
    except NoSuchPage:
        return segment


def outcome_of(error: BaseException) -> Outcome:
    """Return the outcome of an act that ended with `error`."""
    if isinstance(error, LiveKitError) and error.outcome_unknown:
        return Outcome.UNKNOWN
    if isinstance(error, DashboardError):
        return Outcome.REFUSED if error.status < 500 else Outcome.FAILED
    if isinstance(error, HTTPException):
        return Outcome.REFUSED
    return Outcome.FAILED if isinstance(error, Exception) else Outcome.INTERRUPTED


def reason_of(error: BaseException | None) -> dict[str, Any]:
    """Return status and reason of an error that was raised on purpose; nothing for others."""
    if isinstance(error, DashboardError):
        return {"status": error.status, "reason": error.reason}
    if isinstance(error, HTTPException):
        return {"status": error.status_code, "reason": error.detail}
    return {}
