"""Participants of all rooms: which ones a list shows, in which order, and what a row has."""

from typing import Any

import pytest
from livekit.protocol import models

from app.services.lists import Ask
from app.services.livekit.enums import Newer
from app.services.rooms.everywhere import LISTING, InRoom, Wanted, record
from app.services.rooms.states import ParticipantKind

Track = models.TrackInfo


def in_room(room: str, identity: str, *tracks: Track, **fields: Any) -> InRoom:
    return room, models.ParticipantInfo(identity=identity, tracks=tracks, **fields)


MIC = Track(sid="TR_mic", source="MICROPHONE", type="AUDIO")
MUTED_MIC = Track(sid="TR_off", source="MICROPHONE", type="AUDIO", muted=True)
CAMERA = Track(sid="TR_cam", source="CAMERA", type="VIDEO")
SCREEN = Track(sid="TR_scr", source="SCREEN_SHARE", type="VIDEO", muted=True)

EVERYBODY = [
    in_room("standup", "ada", MIC, CAMERA, name="Ada Lovelace"),
    in_room("standup", "bob", MUTED_MIC, CAMERA),
    in_room("townhall", "cyd", SCREEN, kind="AGENT"),
    in_room("townhall", "dan", sid="PA_dan"),
    in_room("call", "eve", kind="SIP", attributes={"sip.phoneNumber": "+15550100"}),
]
DATA_ONLY = in_room("standup", "fay", data_tracks=[models.DataTrackInfo(sid="DTR_1")])


def found(q: str = "", **filters: Any) -> list[str]:
    wanted = Wanted(**filters)
    return [item[1].identity for item in [*EVERYBODY, DATA_ONLY] if wanted.matches(item, q)]


@pytest.mark.parametrize(
    ("q", "who"),
    [
        ("lovelace", ["ada"]),
        ("bob", ["bob"]),
        ("town", ["cyd", "dan"]),
        ("pa_dan", ["dan"]),
        ("555-01 00", ["eve"]),
        ("nobody", []),
    ],
)
def test_a_text_is_found_in_names_rooms_ids_and_numbers(q: str, who: list[str]) -> None:
    assert found(q) == who


@pytest.mark.parametrize(
    ("filters", "who"),
    [
        ({"kind": "agent"}, ["cyd"]),
        ({"kind": "standard"}, ["ada", "bob", "dan", "fay"]),
        ({"publishing": "any"}, ["ada", "bob", "cyd", "fay"]),
        ({"publishing": "none"}, ["dan", "eve"]),
        ({"publishing": "microphone"}, ["ada", "bob"]),
        ({"publishing": "screen_share"}, ["cyd"]),
        ({"muted": "yes"}, ["bob", "cyd"]),
        ({"muted": "no"}, ["ada", "bob"]),
        ({"publishing": "microphone", "muted": "yes"}, ["bob"]),
        ({"publishing": "microphone", "muted": "no"}, ["ada"]),
        ({"publishing": "camera", "muted": "yes"}, []),
        ({"publishing": "none", "muted": "yes"}, []),
        ({"kind": "agent", "publishing": "camera"}, []),
    ],
)
def test_filters(filters: dict[str, Any], who: list[str]) -> None:
    assert found(**filters) == who


def test_names_in_their_natural_order_and_equal_ones_by_sid() -> None:
    named = [("Guest 10", "3"), ("Guest 2", "2"), ("guest 2", "1"), ("Bob", "4")]
    items = [in_room("a", f"id-{sid}", name=name, sid=f"PA_{sid}") for name, sid in named]
    for order in (items, items[::-1]):
        up = LISTING.table(order, Ask(), Wanted()).rows
        assert [row.sid for row in up] == ["PA_4", "PA_1", "PA_2", "PA_3"]
        down = LISTING.table(order, Ask(sort="-name"), Wanted()).rows
        assert [row.sid for row in down] == ["PA_3", "PA_1", "PA_2", "PA_4"]


def test_a_row_has_the_tracks_in_one_order_data_tracks_last() -> None:
    room, who = in_room("standup", "ada", SCREEN, CAMERA, MUTED_MIC)
    who.data_tracks.add(sid="DTR_1", name="servo")
    row = record((room, who))
    shown = ["microphone (muted)", "camera", "screen share (muted)", "data track"]
    assert [str(track) for track in row.tracks] == shown
    assert (row.room, row.label, row.kind) == ("standup", "ada", ParticipantKind.STANDARD)


def test_a_type_of_a_newer_server_is_shown_as_it_is() -> None:
    newer: Any = 99
    row = record(in_room("standup", "ada", kind=newer))
    assert row.kind == Newer("99")
