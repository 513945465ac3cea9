"""/api/v1/audit: who did what, newest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field

from app.routes.audit import FiltersDep
from app.security.roles import Permission
from app.services.audit import listing
from app.web.api.access import api_router, reads
from app.web.api.listing import AskedDep, Page, Record, Text, encoded
from app.web.deps import StoreDep

router = api_router("/audit", "Audit")
Number = Annotated[int, Path(ge=1, le=2**62, description="the ID of an entry")]


class Entry(Record):
    """An entry of the audit log: an act with its outcome, or one step of it.

    `hash` ties it to the entry before, whose hash is `previous`.
    """

    id: int
    at: datetime
    server: str
    act: str = Field(description="The same for all steps of an act.")
    action: str
    outcome: str
    actor: str
    role: str
    target: Mapping[str, str]
    facts: Mapping[str, Any]
    status: int | None
    reason: str
    address: str
    request_id: str
    previous: str
    hash: str


class Act(Record):
    """All steps of an act, oldest first."""

    steps: tuple[Entry, ...]


@router.get("", dependencies=reads(Permission.AUDIT_READ))
async def list_audit(
    store: StoreDep, asked: AskedDep, filters: FiltersDep, q: Text = ""
) -> Page[Entry]:
    """List the acts with their outcome, newest first."""
    found = await listing.page(store, filters.wanted(q.strip()), asked.limit, asked.number)
    items = [Entry.model_validate(entry) for entry in found.entries]
    older = found.older
    return Page[Entry](items=items, next=None if older is None else encoded((older,)))


@router.get("/{number}", dependencies=reads(Permission.AUDIT_READ))
async def get_act(store: StoreDep, number: Number) -> Act:
    """Get the act that an entry belongs to."""
    steps = await listing.steps(store, number)
    return Act(steps=tuple(Entry.model_validate(step) for step in steps))
