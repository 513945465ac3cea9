"""/conversations/compare: two conversations side by side."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
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
from app.services.conversations.page.others import others, selected
from app.services.conversations.page.outline import Outline, outline
from app.services.conversations.page.people import Caller, caller
from app.services.conversations.page.stages import Measured, Stage
from app.services.conversations.page.transcript import Page
from app.services.history.masking import Masking
from app.services.lists import address
from app.store.store import Store
from app.text.paths import CONVERSATIONS, name_in
from app.web.deps import StoreDep, UserDep
from app.web.listing import filters
from app.web.pages import is_fragment, page

PATH = f"{CONVERSATIONS}/compare"
BOTH = 2
Job = Annotated[str, Field(max_length=200)]
Selected = Annotated[str, Field(max_length=1000)]  # as a segment of a path
MOST_SELECTED = 200  # rows of one page of the list

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
    job: Annotated[Sequence[Selected], Query(max_length=MOST_SELECTED)] = (),
) -> Response:
    """Show two conversations side by side; without one of them, which ones to choose from.

    The list of conversations sends those that are selected in it as `job`. If they aren't two, they
    are shown again.
    """
    if chosen := list(dict.fromkeys(map(name_in, job))):
        if len(chosen) != BOTH:
            return await _choose_again(request, store, masking(user), chosen)
        pair = replace(pair, left=chosen[0], right=chosen[1])
    jobs = [job for job in (pair.left, pair.right) if job]
    named = await asyncio.gather(*(conversations.get(store, job) for job in jobs))
    masks = masking(user)
    found = [masks.in_room(each) for each in named]
    if len(found) < BOTH:
        return await _choose(request, store, masks, found[0] if found else None)
    for each in dict.fromkeys(jobs):
        await opened(request, each, again=is_fragment(request))
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


async def _choose(
    request: Request, store: Store, masks: Masking, first: Conversation | None, problem: str = ""
) -> Response:
    """Show what the first one can be compared with, or all; with a problem, as an error."""
    return await page(
        request,
        "conversations/choose.html.j2",
        status=422 if problem else 200,
        live=False,
        conversation=first,
        others=[masks.in_room(each) for each in await others(store, first)],
        problem=problem,
        selected=False,
    )


async def _choose_again(
    request: Request, store: Store, masks: Masking, jobs: Sequence[str]
) -> Response:
    """Show what was selected, if it isn't two: one with what it can be compared with."""
    if len(jobs) == 1:
        first = masks.in_room(await conversations.get(store, jobs[0]))
        problem = "Select exactly two conversations. One was selected: choose the other one below."
        return await _choose(request, store, masks, first, problem)
    return await page(
        request,
        "conversations/choose.html.j2",
        status=422,
        live=False,
        conversation=None,
        others=[masks.in_room(each) for each in await selected(store, jobs)],
        problem=f"Select exactly two conversations. {len(jobs)} were selected.",
        selected=True,
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
