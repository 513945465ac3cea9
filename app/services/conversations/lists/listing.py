"""The list of conversations: pages of bounded cost, whatever is searched for."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Row, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from app.config.prices import Prices
from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.conversations import costs
from app.services.conversations.counts import unreported
from app.services.conversations.lists import searching
from app.services.conversations.lists.filters import ROWS, Conditions, in_order, with_keys
from app.services.conversations.lists.inside import STAGED, inside
from app.services.conversations.lists.wanted import COLUMNS, SILENT, Listed, Wanted, listed_of
from app.services.history.lists import walking
from app.services.history.lists.ranges import ALWAYS, in_range
from app.services.history.lists.walking import Found, Place, Walk, ahead, few, walked
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATION_TAGS
from app.store.schema.metadata import Moment
from app.store.store import Store

BATCH = 1_000
TAGS = 4  # of one conversation that a list shows
ALL_TAGS = 1_000
WALKED = 3_000  # conversations that one page looks at, which have large rows
SOME = 2  # times the size of a page
WORDY = 500  # conversations that one page looks through for words that many lines have
SORTED: dict[str, Any] = {"longest": ROWS.duration, "slowest": ROWS.response_p95}


async def page(
    store: Store,
    wanted: Wanted,
    place: Place,
    prices: Prices | None = None,
    most_tags: int = TAGS,
) -> Found[Listed]:
    """Return one page of the conversations, with `most_tags` of each. Raises StoreError.

    With prices, they have their costs, by one more query. If they aren't in the order of time,
    moments of cursors are what they are sorted by, after 1970.
    """
    async with store.read() as connection:
        found = await _found(store, connection, wanted, place)
        jobs = [row.job for row in found.rows]
        tags = await _tags(connection, wanted.server, jobs, most_tags)
        cost = await costs.of_jobs(connection, wanted.server, jobs, prices)
        silent = await unreported(connection, wanted.server, found.rows)
        lines = await searching.snippets(
            connection, store.dialect, wanted.server, jobs, wanted.words
        )
    rows = [
        listed_of(row, tags.get(row.job, ()), lines.get(row.job, ()), cost.get(row.job), silent)
        for row in found.rows
    ]
    return Found(rows, found.older, found.newer, found.searched)


async def get(
    store: Store, job: str, prices: Prices | None = None, server: str = DEFAULT_SERVER
) -> Listed:
    """Return one conversation with its tags, and with its cost at these prices.

    Raises NotFound and StoreError.
    """
    query = select(*COLUMNS).where(ROWS.server == server, ROWS.job == storable(job))
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"No agent uploaded a conversation {job}, or it was deleted.")
        tags = await _tags(connection, server, [row.job], ALL_TAGS)
        cost = await costs.of_jobs(connection, server, [row.job], prices)
        silent = await unreported(connection, server, [row])
    return listed_of(row, tags.get(row.job, ()), (), cost.get(row.job), silent)


async def last_of(store: Store, agent: str, server: str = DEFAULT_SERVER) -> Listed | None:
    """Return the newest conversation of an agent, or None. Raises StoreError."""
    if not agent or "*" in agent:
        return None
    found = await page(store, Wanted(agent=agent, server=server), Place(1))
    return found.rows[0] if found.rows else None


async def has_call(store: Store, call: str) -> bool:
    """Return whether an agent uploaded what was said in a call. Raises StoreError."""
    found = await page(store, Wanted(call=call), Place(1))
    return bool(found.rows)


async def has_room(store: Store, room: str) -> bool:
    """Return whether an agent uploaded a conversation in a room. Raises StoreError."""
    query = select(ROWS.job).where(ROWS.server == DEFAULT_SERVER, ROWS.room == storable(room))
    async with store.read() as connection:
        return (await connection.execute(query.limit(1))).first() is not None


async def count_live(store: Store, now: datetime) -> int:
    """Return how many conversations are live, of the newest open ones. Raises StoreError."""
    newest = select(ROWS.heard_at).where(ROWS.server == DEFAULT_SERVER, ROWS.ended_at.is_(None))
    some = newest.order_by(ROWS.started_at.desc(), ROWS.job.desc()).limit(BATCH).subquery()
    query = select(func.count()).select_from(some).where(some.c.heard_at > now - SILENT)
    async with store.read() as connection:
        return (await connection.execute(query)).scalar_one()


def every(store: Store, wanted: Wanted, prices: Prices | None = None) -> AsyncIterator[Listed]:
    """Yield all conversations that match, and read a part at a time. Raises StoreError."""
    return walking.every(lambda place: page(store, wanted, place, prices, ALL_TAGS))


async def _walk(store: Store, connection: AsyncConnection, wanted: Wanted, place: Place) -> Walk:
    """Return in which order to read: that of the index which knows most of what is wanted."""
    along: Conditions = [ROWS.server == wanted.server]
    beside: Conditions = []
    at: Any = ROWS.started_at
    columns: Sequence[Any] = COLUMNS
    if wanted.sort:
        column = SORTED[wanted.sort]
        at = type_coerce(column, Moment).label("sorted_by")
        columns = [*COLUMNS, at]
        along.append(column.is_not(None))
        beside += in_range(ROWS.started_at, wanted.started)
    else:
        along += in_range(ROWS.started_at, wanted.started)
    for number, each in enumerate(in_order(wanted)):
        is_walked = number == 0 and not wanted.sort
        (along if is_walked else beside).extend(each.along if is_walked else [each.beside])
    keys = None
    for each in chain(with_keys(wanted, store.dialect, at), inside(wanted, at)):
        beside.append(each.beside)
        # of a stage, each conversation costs so much that only the next ones are read
        counted = each.counted if keys is None and not wanted.stage else None
        if counted is not None and await few(connection, counted) is not None:
            keys = each.keys
    within = ALWAYS if wanted.sort else wanted.started
    most = STAGED if wanted.stage else WALKED
    return Walk(columns, at, ROWS.job, along, beside, keys, within, most)


async def _found(
    store: Store, connection: AsyncConnection, wanted: Wanted, place: Place
) -> Found[Row[Any]]:
    """Return one page. What most conversations have fills it after some times as many."""
    walk = await _walk(store, connection, wanted, place)
    if not wanted.words:
        return await walked(connection, walk, place)
    some = SOME * place.size
    if walk.keys is None and some < WORDY:
        near = await _near(store, connection, wanted, replace(walk, most=some), place)
        found = await walked(connection, near, place)
        if found.searched is None:
            return found
    walk = await _with_words(store, connection, wanted, walk, place)
    return await walked(connection, walk, place)


async def _with_words(
    store: Store, connection: AsyncConnection, wanted: Wanted, walk: Walk, place: Place
) -> Walk:
    """Return how to read only conversations in which the words are.

    If few lines have them, their conversations are sorted, unless each must be checked for a stage.
    Else the lines of the next conversations are searched.
    """
    jobs = searching.jobs_with(store.dialect, wanted.server, wanted.words)
    if not wanted.stage and await few(connection, jobs) is not None:
        keys = select(walk.at, walk.sid).where(ROWS.server == wanted.server)
        own = walk.sid.in_(jobs)
        beside = walk.beside if walk.keys is None else [*walk.beside, own]
        return replace(
            walk, beside=beside, keys=walk.keys if walk.keys is not None else keys.where(own)
        )
    return await _near(store, connection, wanted, replace(walk, most=WORDY), place)


async def _near(
    store: Store, connection: AsyncConnection, wanted: Wanted, walk: Walk, place: Place
) -> Walk:
    """Return how to read only conversations in which the words are, of the next ones.

    As these were uploaded one after another, their lines have IDs that are close. Their jobs are
    fetched: without their number, PostgreSQL would read all lines, or parse the same ones often.
    """
    jobs = (await connection.execute(ahead(walk, place))).scalars().all()
    among = await searching.lines_of(connection, wanted.server, jobs)
    near = searching.jobs_with(store.dialect, wanted.server, wanted.words, among)
    return replace(walk, beside=[*walk.beside, walk.sid.in_(near)])


async def _tags(
    connection: AsyncConnection, server: str, jobs: Sequence[str], most: int
) -> dict[str, list[str]]:
    """Return the first tags of each job."""
    if not jobs:
        return {}
    tags = CONVERSATION_TAGS.c
    place = func.row_number().over(partition_by=tags.job, order_by=tags.tag).label("place")
    query = select(tags.job, tags.tag, place).where(tags.server == server, tags.job.in_(jobs))
    found = query.subquery()
    shown: dict[str, list[str]] = defaultdict(list)
    listed = select(found.c.job, found.c.tag).where(found.c.place <= most)
    for job, tag in await connection.execute(listed.order_by(found.c.job, found.c.tag)):
        shown[job].append(tag)
    return shown
