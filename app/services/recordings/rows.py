"""The results of egress jobs as rows of recordings: a function of the job as history has it.

So the order of webhooks doesn't matter, nor what comes twice. What the dashboard found out about a
file, or did with it, is in other columns and stays.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from google.protobuf.json_format import ParseError
from livekit.api import EgressInfo
from livekit.protocol import egress
from sqlalchemy import Connection, delete, insert, select, tuple_, update

from app.services.audit.writing import storable
from app.services.history.projecting.reading import moment
from app.services.history.projecting.work_facts import NANOSECONDS
from app.services.livekit.from_json import parsed
from app.services.recordings.states import FileState, RecordingKind, kind_of
from app.store.schema import RECORDINGS

Row = dict[str, Any]
ROWS = RECORDINGS.c
TOGETHER = 200  # jobs in one query
LARGEST = 2**63 - 1
KEY = ("server", "id")
# What LiveKit reports; all other columns are the dashboard's.
REPORTED = (
    "egress_id",
    "number",
    "room_sid",
    "room",
    "type",
    "kind",
    "filename",
    "location",
    "size",
    "pieces",
    "duration",
    "started_at",
    "ended_at",
)
# Where the file is and what it should be: if it changes, the file is checked again.
CHECKED = ("filename", "location", "size")


def save_recordings(connection: Connection, jobs: Iterable[Row], now: datetime) -> list[Row]:
    """Write the results of egress jobs that have ended, and return the rows that changed.

    The transaction holds the lock of history.
    """
    some = [job for job in jobs if job["ended_at"] is not None]
    changed: list[Row] = []
    for start in range(0, len(some), TOGETHER):
        changed += _save(connection, some[start : start + TOGETHER], now)
    return changed


def _save(connection: Connection, jobs: list[Row], now: datetime) -> list[Row]:
    read = [(job, made) for job in jobs if (made := recordings_of(job)) is not None]
    rows = {(row["server"], row["id"]): row for _, results in read for row in results}
    known = _known(connection, [job for job, _ in read])
    new = [row for key, row in rows.items() if key not in known]
    different = [row for key, row in rows.items() if key in known and _differ(row, known[key])]
    if new:
        connection.execute(insert(RECORDINGS), [row | _unchecked(now) for row in new])
    for row in different:
        again = any(row[name] != known[row["server"], row["id"]][name] for name in CHECKED)
        due = again and known[row["server"], row["id"]]["state"] != FileState.DELETED
        _update(connection, row | ({"check_at": now} if due else {}))
    gone = known.keys() - rows.keys()
    if gone:  # a later report has fewer results
        connection.execute(delete(RECORDINGS).where(tuple_(ROWS.server, ROWS.id).in_(gone)))
    return [*new, *different, *(known[key] for key in gone)]


def _known(connection: Connection, jobs: list[Row]) -> dict[tuple[str, str], Row]:
    """Return the rows that there are of jobs."""
    found: dict[tuple[str, str], Row] = {}
    for server in {job["server"] for job in jobs}:
        ids = [job["egress_id"] for job in jobs if job["server"] == server]
        query = select(RECORDINGS).where(ROWS.server == server, ROWS.egress_id.in_(ids))
        for row in connection.execute(query).mappings():
            found[row["server"], row["id"]] = dict(row)
    return found


def _differ(row: Row, known: Row) -> bool:
    return any(row[name] != known[name] for name in REPORTED)


def _unchecked(now: datetime) -> Row:
    nothing = dict.fromkeys(("found_size", "checked_at", "deleted_at"))
    own = {"state": str(FileState.UNCHECKED), "problem": "", "checks": 0, "deleted_by": ""}
    return nothing | own | {"check_at": now}


def _update(connection: Connection, row: Row) -> None:
    """Write only what was reported: a check or a deletion may be under way."""
    mine = [ROWS[name] == row[name] for name in KEY]
    values = {name: value for name, value in row.items() if name not in KEY}
    connection.execute(update(RECORDINGS).where(*mine).values(**values))


def recordings_of(job: Row) -> list[Row] | None:
    """Return the rows of a job in history, none for streams; None if its report can't be read."""
    try:
        info = parsed(job["info"], EgressInfo(), unknown=True)
    except (ParseError, ValueError):  # of a version that wrote it otherwise
        return None
    return [
        _of(job, number, result)
        for number, result in enumerate(_results(info), 1)
        if result["location"] or result["pieces"]
    ]


def _of(job: Row, number: int, result: Row) -> Row:
    began = result.pop("began")
    own = {name: job[name] for name in ("server", "egress_id", "room_sid", "room", "type")}
    id_ = f"{job['egress_id']}.{number}"
    return own | result | {"id": id_, "number": number, "started_at": began or job["started_at"]}


def _results(info: EgressInfo) -> Iterator[Row]:
    """Yield all results but streams; a file that was never uploaded has no location."""
    yield from map(_file, info.file_results)
    yield from map(_segments, info.segment_results)
    yield from map(_images, info.image_results)


def _file(result: egress.FileInfo) -> Row:
    filename = storable(result.filename)
    named = {"kind": str(kind_of(filename)), "filename": filename, "pieces": None}
    return named | {
        "location": storable(result.location),
        "size": _number(result.size),
        "duration": _microseconds(result.duration),
        **_moments(result),
    }


def _segments(result: egress.SegmentsInfo) -> Row:
    return {
        "kind": str(RecordingKind.HLS),
        "filename": storable(result.playlist_name),
        "location": storable(result.playlist_location),
        "size": _number(result.size),
        "pieces": _number(result.segment_count),
        "duration": _microseconds(result.duration),
        **_moments(result),
    }


def _images(result: egress.ImagesInfo) -> Row:
    return {
        "kind": str(RecordingKind.IMAGES),
        "filename": storable(result.filename_prefix),
        "location": "",  # the message has none
        "size": None,
        "pieces": _number(result.image_count),
        "duration": None,
        **_moments(result),
    }


def _moments(result: Any) -> Row:
    return {
        "began": moment(result.started_at, NANOSECONDS),
        "ended_at": moment(result.ended_at, NANOSECONDS),
    }


def _number(value: int) -> int | None:
    """Return a number that LiveKit reported; None for 0, which stands for nothing."""
    return value if 0 < value <= LARGEST else None


def _microseconds(nanoseconds: int) -> int | None:
    return _number(nanoseconds // 1000)
