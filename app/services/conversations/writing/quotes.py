"""What an agent's turn quotes of its caller, and the caller's turn says too.

An agent's turn names what it replies to. If that was spoken, the caller's turn is a span of its
own, with the delays; the quote is needed only for what was typed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select

from app.services.conversations.reading.traces import INPUT
from app.services.conversations.states import ChatRole
from app.store.schema import CONVERSATION_ITEMS

BEGINNING = 200  # characters that are compared; texts may be long, and of any number
ITEMS = CONVERSATION_ITEMS.c
TOGETHER = 500  # rows of one statement
IS_QUOTE = ITEMS.item.like(f"{INPUT}%")


def drop_quotes(connection: Connection, mine: Any) -> None:
    """Remove the quotes of a conversation, `mine`, whose words its caller's turns have."""
    quotes = _texts(connection, mine, IS_QUOTE)
    if not quotes:
        return
    said = _texts(connection, mine, ITEMS.role == ChatRole.USER)
    heard = {row[1:] for row in said if not row.item.startswith(INPUT)}
    dropped = [row.item for row in quotes if row[1:] in heard]
    for start in range(0, len(dropped), TOGETHER):
        some = ITEMS.item.in_(dropped[start : start + TOGETHER])
        connection.execute(delete(CONVERSATION_ITEMS).where(mine, some))


def _texts(connection: Connection, mine: Any, which: Any) -> Sequence[Any]:
    """Return the item, the beginning and the length of texts."""
    beginning = func.substr(ITEMS.text, 1, BEGINNING)
    query = select(ITEMS.item, beginning, func.length(ITEMS.text)).where(mine, which)
    return connection.execute(query).all()
