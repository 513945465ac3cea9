"""The instructions and tools of a conversation's agents over time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.lines import Text, text_of
from app.services.conversations.page.outline import ITEMS, own
from app.services.conversations.states import ItemKind
from app.store.store import Store

MOST = 200
LONGEST = 20_000  # characters of instructions
MOST_TOOLS, LONGEST_NAME = 200, 64
KINDS = (ItemKind.AGENT_HANDOFF, ItemKind.AGENT_CONFIG_UPDATE)


@dataclass(frozen=True, slots=True)
class Setup:
    """The setup of an agent from a moment on: its instructions, and the tools that it has then.

    Instructions are empty where only tools changed.
    """

    at: datetime
    offset: timedelta
    agent: str
    instructions: Text
    tools: Sequence[str]
    added: Sequence[str]
    removed: Sequence[str]


async def setups(store: Store, conversation: Conversation) -> list[Setup]:
    """Return the first MOST changes of instructions and tools, in their order. Raises StoreError.

    Each agent of a session has tools of its own.
    """
    query = own(conversation).with_only_columns(
        ITEMS.at,
        ITEMS.kind,
        ITEMS.name,
        func.substr(ITEMS.text, 1, LONGEST).label("text"),
        func.length(ITEMS.text).label("length"),
        ITEMS.details,
    )
    query = query.where(ITEMS.kind.in_(KINDS)).order_by(ITEMS.at, ITEMS.id)
    async with store.read() as connection:
        rows = (await connection.execute(query.limit(MOST))).all()
    agent, tools, found = "", dict[str, None](), []
    for row in rows:
        if row.kind == ItemKind.AGENT_HANDOFF:
            agent, tools = row.name, {}
            continue
        added, removed = _details(row.details)
        tools = {name: None for name in (*tools, *added) if name not in removed}
        found.append(
            Setup(
                row.at,
                max(row.at - conversation.started_at, timedelta()),
                agent,
                text_of(row),
                list(tools)[:MOST_TOOLS],
                added,
                removed,
            )
        )
    return found


def _details(text: str) -> tuple[list[str], list[str]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return [], []
    added, removed = (_names(found.get(name)) for name in ("tools_added", "tools_removed"))
    return added, removed


def _names(found: Any) -> list[str]:
    names = found if isinstance(found, list) else []
    return [name[:LONGEST_NAME] for name in names[:MOST_TOOLS] if isinstance(name, str)]
