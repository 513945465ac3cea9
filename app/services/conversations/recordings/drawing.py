"""Draws the waveforms of recordings: each in a process of its own, because the file is hostile."""

import asyncio
import contextlib
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import and_, select, text, update

from app.live.hub import Hub
from app.services.conversations.deleting.deleting import publish
from app.services.conversations.recordings import peaks
from app.services.conversations.recordings.sound import inspect
from app.services.conversations.recordings.waveforms import LARGEST, failure, read
from app.storage.errors import NotStored, StorageError
from app.storage.storage import Storage
from app.store.schema import CONVERSATIONS
from app.store.store import Store

ROWS = CONVERSATIONS.c
UNDRAWN = text("recording <> '' AND waveform = ''")  # as the partial index says it
LONGEST = 900.0  # seconds for one recording; its CPU time is limited too
MOST = 50  # recordings of one round
IN_A_ROW = 3  # that can't be read: then the storage fails, and not a file
MOST_UNREADABLE = 1_000
PROGRAM = Path(peaks.__file__)
NOT_OGG = "The file isn't an Ogg recording."
DAMAGED = "The file is damaged, or isn't a recording of one or two channels."
FAILED = "Reading it failed, or took too much time or memory."
MISSING = "The file isn't in the storage."

log = structlog.get_logger("conversations")


class Undrawable(Exception):
    """A recording has no waveform; the text says why, for people."""


_unreadable: OrderedDict[str, None] = OrderedDict()  # paths; the one that failed last is the last


async def draw_missing(store: Store, storage: Storage, hub: Hub) -> int:
    """Draw waveforms that are missing, newest recording first; return how many were tried.

    A recording that can't be read now is tried again in the next round, after the others. Raises
    StoreError, and StorageError if several in a row, or the last ones, couldn't be read.
    """
    rows = await _missing(store)
    failed = 0
    for number, (server, job, recording) in enumerate(rows, 1):
        try:
            waveform = await draw(storage, recording)
        except Undrawable as error:
            log.info("no waveform", conversation=job, reason=str(error))
            waveform = failure(str(error))
        except StorageError as error:
            failed += 1
            _pass_over(recording)
            if failed == IN_A_ROW or number == len(rows):
                raise
            log.warning("waveform not drawn", conversation=job, reason=error.reason)
            continue
        failed = 0
        _unreadable.pop(recording, None)
        # unless it was replaced or deleted meanwhile
        same = and_(ROWS.server == server, ROWS.job == job, ROWS.recording == recording)
        async with store.write() as connection:
            await connection.execute(update(CONVERSATIONS).where(same).values(waveform=waveform))
        publish(hub, [job])
    return len(rows)


async def _missing(store: Store) -> Sequence[Any]:
    """Return what has no waveform, newest first, but what couldn't be read last."""
    query = select(ROWS.server, ROWS.job, ROWS.recording).where(UNDRAWN)
    newest = query.order_by(ROWS.heard_at.desc()).limit(MOST)
    failed = list(_unreadable)
    async with store.read() as connection:
        rows = list(await connection.execute(newest.where(ROWS.recording.not_in(failed))))
        if failed and len(rows) < MOST:
            again = await connection.execute(query.where(ROWS.recording.in_(failed)))
            rows += sorted(again, key=lambda row: failed.index(row.recording))
    return rows[:MOST]


def _pass_over(recording: str) -> None:
    _unreadable[recording] = None
    _unreadable.move_to_end(recording)
    while len(_unreadable) > MOST_UNREADABLE:
        _unreadable.popitem(last=False)


async def draw(storage: Storage, path: str) -> str:
    """Return the waveform of a recording, as it is stored. Raises Undrawable, StorageError."""
    try:
        sound = await inspect(storage, path)
        if not sound.is_ogg:
            raise Undrawable(NOT_OGG)
        async with asyncio.timeout(LONGEST):
            status, answer = await _read_by_program(storage, path, sound.size)
    except NotStored:
        raise Undrawable(MISSING) from None
    except TimeoutError:
        raise Undrawable(FAILED) from None
    if status == peaks.UNREADABLE:
        raise Undrawable(DAMAGED)
    try:
        return read(answer).stored()
    except ValueError:  # it was ended, or the file has taken it over
        log.warning("waveform not drawn", status=status)
        raise Undrawable(FAILED) from None


async def _read_by_program(storage: Storage, path: str, size: int) -> tuple[int, bytes]:
    """Run the program on a recording; return its exit status and what it printed."""
    program = await asyncio.to_thread(_start)
    assert program.stdin is not None  # noqa: S101  both are pipes
    assert program.stdout is not None  # noqa: S101
    try:
        with contextlib.suppress(BrokenPipeError):  # it has seen enough
            async for block in storage.stream(path, 0, size):
                await asyncio.to_thread(program.stdin.write, block)
            await asyncio.to_thread(program.stdin.close)
        answer = await asyncio.to_thread(program.stdout.read, LARGEST + 1)
        return await asyncio.to_thread(program.wait), answer
    finally:
        program.kill()
        with contextlib.suppress(OSError):
            program.stdin.close()
        program.stdout.close()
        program.wait()


def _start() -> "subprocess.Popen[bytes]":
    """Start the program: without the environment, which has the dashboard's secrets."""
    return subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"OPENBLAS_NUM_THREADS": "1"},  # each thread would reserve memory
        cwd="/",
        start_new_session=True,
    )
