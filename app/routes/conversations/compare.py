"""/conversations/compare: two conversations side by side."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.opening import opened
from app.routes.history.shared import masking
from app.security.guards import sees
from app.security.roles import Permission
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page import stages, transcript
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.others import others
from app.services.conversations.page.outline import Outline, outline
from app.services.conversations.page.people import Caller, caller
from app.services.conversations.page.stages import Measured, Stage
from app.services.conversations.page.transcript import Page
from app.services.history.masking import Masking
from app.services.lists import address
from app.store.store import Store
from app.text.paths import CONVERSATIONS
from app.web.deps import StoreDep, UserDep
from app.web.listing import filters
from app.web.pages import is_fragment, page

PATH = f"{CONVERSATIONS}/compare"
BOTH = 2
Job = Annotated[str, Field(max_length=200)]

router = APIRouter(prefix=PATH)


@dataclass(frozen=True, slots=True)
class Pair:
    """The two conversations, by their jobs, and how many lines of each are shown."""

    left: Job = ""
    right: Job = ""
    lines: Annotated[int, Field(ge=1, le=transcript.MOST_LINES)] = transcript.LINES


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    conversation: Conversation
    caller: Caller
    measured: Sequence[Measured]
    page: Page

    def stage(self, stage: Stage) -> Measured | None:
        """Return the percentiles of a stage; None if it was not measured."""
        return next((each for each in self.measured if each.stage is stage), None)


@router.get("", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def compare_page(
    request: Request,
    store: StoreDep,
    user: UserDep,
    pair: Annotated[Pair, filters(Pair)],
) -> Response:
    """Show two conversations side by side; without one of them, which ones to choose from."""
    jobs = [job for job in (pair.left, pair.right) if job]
    named = await asyncio.gather(*(conversations.get(store, job) for job in jobs))
    masks = masking(user)
    found = [masks.in_room(each) for each in named]
    if len(found) < BOTH:
        first = found[0] if found else None
        return await page(
            request,
            "conversations/choose.html.j2",
            live=False,
            conversation=first,
            others=[masks.in_room(each) for each in await others(store, first)],
        )
    for job in dict.fromkeys(jobs):
        await opened(request, job, again=is_fragment(request))
    sides = [await _side(store, each, masks, pair.lines) for each in found]
    return await page(
        request,
        "conversations/compare.html.j2",
        live=any(each.is_open for each in found),
        topics=[f"conversation:{job}" for job in jobs],
        sides=sides,
        now=datetime.now(UTC),
        stages=[(stage, stages.WORDS[stage]) for stage in _measured(sides)],
        slow=stages.SLOW,
        more=_more(pair, sides),
        swapped=address(PATH, {"left": pair.right, "right": pair.left}, {}),
        personal=not masks.on,
    )


async def _side(store: Store, conversation: Conversation, masks: Masking, lines: int) -> Side:
    found: Outline = await outline(store, conversation)
    shown = await transcript.lines(store, conversation, found, start=0, most=lines)
    measured = stages.measured(found.delays)
    return Side(conversation, caller(conversation, masks), measured, shown)


def _measured(sides: Sequence[Side]) -> list[Stage]:
    return [stage for stage in Stage if any(side.stage(stage) for side in sides)]


def _more(pair: Pair, sides: Sequence[Side]) -> str:
    """Return the address with more lines; empty if it would show as many."""
    longest = max((side.page.matched for side in sides if not side.page.cut), default=0)
    if pair.lines >= min(longest, transcript.MOST_LINES):
        return ""
    state: dict[str, Any] = {"left": pair.left, "right": pair.right}
    return address(PATH, state | {"lines": min(longest, transcript.MOST_LINES)}, {})
