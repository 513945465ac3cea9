"""The list of recordings: each filter, and pages that neither repeat nor lose a row."""

from datetime import timedelta

import pytest

from app.services.egress.states import EgressType
from app.services.history.lists.ranges import Range
from app.services.history.lists.walking import Place
from app.services.recordings import listing
from app.services.recordings.listing import Wanted
from app.services.recordings.states import FileState, RecordingKind
from app.store.schema import RECORDINGS
from app.store.store import Store
from tests.support.history import BEGAN, add, minutes
from tests.support.recordings import recording_row
from tests.support.stores import in_store

ROWS = [
    recording_row("EG_1", room="support-1", room_sid="RM_1", size=2_000_000, state="there"),
    recording_row("EG_2", room="support-2", kind="hls", type="track", started_at=minutes(1)),
    recording_row("EG_3", room="Support-3", filename="calls/50%_Off.mp4", started_at=minutes(2)),
    recording_row("EG_3", 2, room="Support-3", kind="images", started_at=minutes(2)),
    recording_row("EG_4", room="a*b", size=10**10, started_at=minutes(3), server="other"),
    recording_row("EG_5", room="sup[p]ort", state="missing", started_at=minutes(4)),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), "EG_5.1 EG_3.2 EG_3.1 EG_2.1 EG_1.1"),
        (Wanted(room="support-1"), "EG_1.1"),
        (Wanted(room="support-*"), "EG_2.1 EG_1.1"),
        (Wanted(room="*port-*"), "EG_3.2 EG_3.1 EG_2.1 EG_1.1"),
        (Wanted(room="sup[p]*"), "EG_5.1"),
        (Wanted(session="RM_1"), "EG_1.1"),
        (Wanted(egress="EG_3"), "EG_3.2 EG_3.1"),
        (Wanted(egress="EG_3", kind=RecordingKind.IMAGES), "EG_3.2"),
        (Wanted(type=EgressType.TRACK), "EG_2.1"),
        (Wanted(kind=RecordingKind.HLS), "EG_2.1"),
        (Wanted(state=FileState.MISSING), "EG_5.1"),
        (Wanted(state=FileState.MISSING, room="sup*"), "EG_5.1"),
        (Wanted(larger="1mb"), "EG_1.1"),
        (Wanted(larger="1gb"), ""),
        (Wanted(words="50%_off"), "EG_3.1"),
        (Wanted(words="50_"), ""),
        (Wanted(words="\0"), ""),
        (Wanted(started=Range(minutes(1), minutes(2))), "EG_2.1"),
        (Wanted(server="other"), "EG_4.1"),
    ],
)
def test_filters(database: str, wanted: Wanted, expected: str) -> None:
    async def work(store: Store) -> list[str]:
        await add(store, {RECORDINGS: ROWS})
        found = await listing.page(store, wanted, Place(10))
        assert [each.id async for each in listing.every(store, wanted)] == [
            each.id for each in found.rows
        ]
        return [each.id for each in found.rows]

    assert in_store(database, work) == expected.split()


def test_pages(database: str) -> None:
    """Recordings that began in the same moment are in the order of their IDs."""
    rows = [recording_row(f"EG_{number:02}", started_at=BEGAN) for number in range(25)]
    rows += [recording_row("EG_x", started_at=BEGAN + timedelta(seconds=1))]

    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: rows})
        seen: list[str] = []
        place = Place(10)
        while True:
            found = await listing.page(store, Wanted(), place)
            seen += [each.id for each in found.rows]
            if found.older is None:
                break
            place = Place(10, before=found.older)
        assert seen == ["EG_x.1", *(f"EG_{number:02}.1" for number in reversed(range(25)))]
        assert found.newer is not None
        back = await listing.page(store, Wanted(), Place(10, after=found.newer))
        assert [each.id for each in back.rows] == seen[10:20]

    in_store(database, work)
