"""Commands in the audit: recorded before and after, as pages are."""

import getpass
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from app.errors import DashboardError
from app.services.audit.rows import COMMANDS, AuditRow
from app.services.audit.states import Outcome
from app.services.audit.writing import add
from app.store.store import Store

ROLE = "shell"  # in the place of a user's role

Result = TypeVar("Result")


async def audited(
    store: Store,
    action: str,
    facts: Mapping[str, object],
    work: Callable[[], Awaitable[Result]],
    target: Mapping[str, str] | None = None,
) -> Result:
    """Do something that the audit records before and after, and return its result.

    `facts` are read again after the work, which may add to them. Raises what the work raises.
    """
    actor = f"{COMMANDS} ({_who()})"
    row = AuditRow(
        datetime.now(UTC),
        secrets.token_hex(16),
        action,
        Outcome.ATTEMPTED,
        target or {},
        actor=actor,
        role=ROLE,
        facts=facts,
    )
    await add(store, row)
    try:
        result = await work()
    except DashboardError as error:
        outcome = Outcome.REFUSED if error.status < 500 else Outcome.FAILED
        failed = replace(row, outcome=outcome, status=error.status, reason=error.reason)
        await add(store, replace(failed, at=datetime.now(UTC)))
        raise
    await add(store, replace(row, outcome=Outcome.DONE, at=datetime.now(UTC)))
    return result


def _who() -> str:
    """Return who runs the command, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return "unknown user"
