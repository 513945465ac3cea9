"""Many conversations of four weeks, whose words are as frequent as those of a language.

The words are made up, but the same each time. The word of a rank is as frequent as Zipf's law has
it: the first one is in every third line, most of the others are in a few.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Table

from app.store.schema import (
    CONVERSATION_ITEMS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)
from benchmarks import bulk
from benchmarks.bulk import Row, Rows

SERVER = "default"
SPAN = timedelta(days=28)  # less than they are kept
TURNS = 10  # of a conversation on average
OPEN = 20
CALLERS, ROOMS, AGENTS = 20_000, 5_000, 8
TABLES = (CONVERSATIONS, CONVERSATION_ITEMS, CONVERSATION_TAGS, CONVERSATION_USAGE)
MODELS = ("large-2", "small-2", "small-1")
TAGS = ("language:en", "language:de", "escalated", "callback", "survey:done")
MICRO = 1_000_000

WORDS = 50_000
SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvwxyzc" for vowel in "aeiou"]
ASKED, ANSWERED = (3, 15), (5, 27)  # words of a line
DRAWN = 100_000  # words of one draw


def word(rank: int) -> str:
    """Return the word of a rank, of which 0 is the most frequent."""
    syllables = []
    number = rank + len(SYLLABLES)
    while number:
        number, syllable = divmod(number, len(SYLLABLES))
        syllables.append(SYLLABLES[syllable])
    return "".join(syllables)


async def fill(database_url: str, conversations: int) -> None:
    """Bring the schema up to date, and add as many conversations with what was said in them."""
    await bulk.write(database_url, TABLES, _all(conversations, datetime.now(UTC)))


def _all(conversations: int, now: datetime) -> Iterator[Rows]:
    chance = random.Random(19)  # noqa: S311  the same each time
    words = _words(chance)
    first = int((now - SPAN).timestamp() * MICRO)
    every = int(SPAN / timedelta(microseconds=1)) // conversations
    item = 0
    for number in range(conversations):
        is_open = number >= conversations - OPEN
        row = _conversation(number, first + number * every, chance, is_open=is_open)
        lines = _lines(row, item, words, chance)
        item += len(lines)
        rows = {
            CONVERSATIONS: [row],
            CONVERSATION_ITEMS: lines,
            CONVERSATION_TAGS: _tags(number, chance),
            CONVERSATION_USAGE: [_usage(number)],
        }
        mine = {"server": SERVER, "job": row["job"]}
        yield {
            table.name: [_empty(table) | each | mine for each in found]
            for table, found in rows.items()
        }


def _words(chance: random.Random) -> Iterator[str]:
    """Yield words for ever."""
    vocabulary = [word(rank) for rank in range(WORDS)]
    # Mandelbrot's form of the law, in which the first few are not quite as frequent
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
    while True:
        yield from chance.choices(vocabulary, cum_weights=weights, k=DRAWN)


def _empty(table: Table, _known: dict[str, Row] = {}) -> Row:  # noqa: B006
    """Return a row without anything in it."""
    if table.name not in _known:
        texts: dict[type, Any] = {str: "", bool: False}
        _known[table.name] = {
            column.name: texts.get(column.type.python_type, 0)
            for column in table.columns
            if not column.nullable
        }
    return _known[table.name]


def _conversation(number: int, began: int, chance: random.Random, *, is_open: bool) -> Row:
    lasted = int(min(chance.lognormvariate(5.0, 0.8), 7_200) * MICRO)
    ended = None if is_open else began + lasted
    heard = began + lasted
    response = int(chance.lognormvariate(0.1, 0.5) * MICRO)
    failed = number % 12 == 5
    outcome = "fail" if failed else "success" if number % 3 else ""
    return {
        "job": f"AJ_{number:012d}",
        "first_heard_at": began,
        "heard_at": heard,
        "room_sid": f"RM_{number:012d}",
        "room": f"room-{int(ROOMS * chance.random() ** 3)}",
        "agent": f"agent-{int(AGENTS * chance.random() ** 2)}",
        "version": f"v{number * 9 // 1_000_000}",
        "sdk_version": "1.8.9",
        "dispatch": f"AD_{number:012d}",
        "caller": f"person-{int(CALLERS * chance.random())}",
        "caller_kind": "SIP" if number % 4 == 1 else "STANDARD",
        "call": f"SCL_{number:012d}" if number % 4 == 1 else "",
        "session_started_at": began,
        "session_ended_at": ended,
        "close_reason": "" if is_open else "participant_disconnected",
        "outcome": outcome,
        "options": "{}",
        "started_at": began,
        "ended_at": ended,
        "duration": None if is_open else lasted,
        "turns": 0,  # counted with its lines
        "interruptions": number % 4,
        "tool_calls": number % 6,
        "tool_failures": int(number % 13 == 5),
        "errors": int(number % 20 == 5),
        "spans": 33 * TURNS,
        "response_p50": response,
        "response_p95": response * 2,
    }


def _lines(conversation: Row, item: int, words: Iterator[str], chance: random.Random) -> list[Row]:
    turns = chance.randint(1, 2 * TURNS - 1)
    conversation["turns"] = turns
    every = (conversation["duration"] or 60 * MICRO) // (2 * turns)
    lines = []
    for number in range(2 * turns):
        answers = number % 2 == 1
        length = chance.randint(*(ANSWERED if answers else ASKED))
        lines.append(
            {
                "id": item + number + 1,
                "item": f"item_{item + number:012x}",
                "origin": "chat",
                "kind": "message",
                "at": conversation["started_at"] + number * every,
                "role": "assistant" if answers else "user",
                "text": " ".join(next(words) for _ in range(length)),
                "details": "{}",
                "response": conversation["response_p50"] if answers else None,
            }
        )
    return lines


def _tags(number: int, chance: random.Random) -> list[Row]:
    chosen = {TAGS[number % 7 == 3], *chance.sample(TAGS[2:], k=int(number % 5 == 1))}
    return [{"tag": tag, "details": "{}"} for tag in chosen]


def _usage(number: int) -> Row:
    model = MODELS[0 if number % 9 else 1 if number % 2 else 2]
    tokens = {"input_tokens": 3_000, "output_tokens": 800, "requests": TURNS}
    return {"origin": "report", "kind": "llm", "provider": "local", "model": model} | tokens
