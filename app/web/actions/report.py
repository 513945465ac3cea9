"""The report of an action on many items, which is sent while the action is carried out.

The response grows: a line of progress after some of the steps, and at the end the outcome for each
item. So the progress needs no memory that other workers would have to share, and no script: a style
sheet shows only the last part. The action doesn't end when its page is closed, and the outcome is
in the audit before the response ends.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.security.audit import Audit, AuditEntry, outcome_written
from app.services.livekit.steps import Outcome
from app.web.pages import Parts, in_parts

Item = TypeVar("Item")
EVERY_SECONDS = 0.5
OPENS, CLOSES = '<div class="growing">', "</div>"
NEXT = "<!--next-->"  # behaviors/progress.js looks for it
HEADERS = {"X-Progress": "1", "X-Accel-Buffering": "no"}  # the second one is for nginx


@dataclass(frozen=True, slots=True)
class Work(Generic[Item]):
    """What is done to `total` items: its `steps`, and how the pages name them.

    `verb` and `noun` complete "Delete 3 rooms". `note` adds the outcomes to the audit.
    """

    steps: AsyncIterator[Outcome[Item]]
    total: int
    verb: str
    noun: str
    nouns: str
    note: Callable[[Sequence[Outcome[Item]]], None]


async def report(request: Request, template: str, work: Work[Any], **context: Any) -> "Report[Any]":
    """Return the response that does the work; its last part is `template` with `outcomes`."""
    parts = await in_parts(request, template, verb=work.verb, nouns=work.nouns, **context)
    entry: AuditEntry = request.state.audit
    entry.continues = True
    return Report(parts, work, request.app.state.audit, entry)


class Report(Response, Generic[Item]):
    """A response that does its work while it is sent, to the end, even if nobody reads it."""

    media_type = "text/html"

    def __init__(self, parts: Parts, work: Work[Item], audit: Audit, entry: AuditEntry) -> None:
        super().__init__(headers={**parts.headers, **HEADERS})
        del self.headers["content-length"]
        self._parts = parts
        self._work = work
        self._audit = audit
        self._entry = entry

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Do the work. Nothing waits for the client to disconnect: uvicorn then drops the rest."""
        self._entry.continues = False
        async with outcome_written(self._audit, self._entry):
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            last = await self._done(send)
        await _add(send, last + CLOSES + self._parts.after, more=False)

    async def _done(self, send: Send) -> str:
        """Do all steps, and return the last part."""
        outcomes: list[Outcome[Item]] = []
        finished = False
        await _add(send, self._parts.before + OPENS + self._progress(outcomes))
        try:
            shown = time.monotonic()
            async for outcome in self._work.steps:
                outcomes.append(outcome)
                if time.monotonic() - shown >= EVERY_SECONDS:
                    await _add(send, self._progress(outcomes))
                    shown = time.monotonic()
            finished = True
        finally:
            self._work.note(outcomes)
            if not finished:
                await _add(send, self._progress(outcomes, broken=True))
        return self._parts.block(outcomes=outcomes)

    def _progress(self, outcomes: Sequence[Outcome[Item]], broken: bool = False) -> str:
        tried = [each for each in outcomes if each.tried]
        failed = sum(bool(each.error) for each in tried)
        counts = {"done": len(tried), "failed": failed, "broken": broken}
        return self._parts.other("ui/progress.html.j2", work=self._work, **counts) + NEXT


async def _add(send: Send, text: str, more: bool = True) -> None:
    message = {"type": "http.response.body", "body": text.encode(), "more_body": more}
    await send(message)
