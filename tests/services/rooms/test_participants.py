"""Participants as records: what a newer LiveKit may say is shown, not stumbled over."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.protocol import models

from app.services.livekit.enums import Newer
from app.services.rooms.participants import State, record
from app.services.rooms.tracks import DataTrack, Source

NEWER: Any = 99  # the types of protobuf know only the numbers of this build
ANY_NUMBER = st.integers(0, 2**31 - 1)


def test_numbers_of_a_newer_server_stand_as_numbers() -> None:
    track = models.TrackInfo(
        sid="TR_x", type=NEWER, source=NEWER, encryption=NEWER, mime_type="video/of-tomorrow"
    )
    track.layers.add(quality=NEWER, width=3, height=2)
    info = models.ParticipantInfo(
        identity="ada",
        state=NEWER,
        kind=NEWER,
        kind_details=[NEWER],
        tracks=[track],
        disconnect_reason=NEWER,
    )
    info.permission.can_publish_sources.append(NEWER)
    ada = record(info)
    assert (ada.state, ada.kind, ada.details) == (Newer("99"), "99", ("99",))
    assert ada.disconnected == "99"
    assert ada.permissions.can_publish_sources == ("99",)
    (seen,) = ada.tracks
    assert (seen.source, seen.kind, seen.encryption) == (Newer("99"), "99", "99")
    assert (seen.codec, seen.layers[0].quality, seen.layers[0].width) == ("of-tomorrow", "99", 3)


def test_a_data_track_says_what_its_publisher_says() -> None:
    info = models.ParticipantInfo()
    info.data_tracks.add(sid="DTR_x", name="untyped")
    typed = info.data_tracks.add(sid="DTR_y", name="<typed>", encryption="GCM")
    typed.frame_encoding.well_known = models.DataTrackFrameEncoding.WELL_KNOWN_FRAME_ENCODING_JSON
    typed.schema.name = "Pose"
    info.data_tracks.add(sid="DTR_z1").frame_encoding.custom = "our own"
    info.data_tracks.add(sid="DTR_z2").frame_encoding.well_known = NEWER
    plain, known, custom, newer = record(info).data_tracks
    assert plain == DataTrack("DTR_x", "untyped", "", "", "none")
    assert known == DataTrack("DTR_y", "<typed>", "json", "Pose", "gcm")
    assert (custom.encoding, newer.encoding) == ("our own", "99")


def test_why_somebody_is_on_the_way_out() -> None:
    removed = models.ParticipantInfo(disconnect_reason="PARTICIPANT_REMOVED")
    assert record(removed).disconnected == "participant removed"
    assert record(models.ParticipantInfo()).disconnected == ""


@given(ANY_NUMBER, ANY_NUMBER, ANY_NUMBER, ANY_NUMBER)
def test_any_number_is_survived(state: Any, kind: Any, source: Any, type_: Any) -> None:
    info = models.ParticipantInfo(state=state, kind=kind)
    info.tracks.add(source=source, type=type_)
    ada = record(info)
    assert ada.kind
    assert isinstance(ada.state, State | Newer)
    assert isinstance(ada.tracks[0].source, Source | Newer)


def test_every_number_of_this_build_has_its_word() -> None:
    states: list[Any] = [0, 1, 2, 3]
    words = [record(models.ParticipantInfo(state=number)).state for number in states]
    assert words == ["joining", "joined", "active", "disconnected"]
    for name, source in models.TrackSource.items():
        info = models.ParticipantInfo()
        info.tracks.add(source=source)
        assert record(info).tracks[0].source == Source(name.lower())
    for name in models.ParticipantInfo.Kind.keys():  # noqa: SIM118  it is no dict
        assert record(models.ParticipantInfo(kind=name)).kind == name.lower()


@pytest.mark.parametrize(
    ("seconds", "milliseconds", "joined"),
    [
        (0, 0, None),
        (1_700_000_000, 0, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000, 1_700_000_000_500, datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC)),
    ],
)
def test_joined_is_a_time_or_nothing(
    seconds: int, milliseconds: int, joined: datetime | None
) -> None:
    info = models.ParticipantInfo(joined_at=seconds, joined_at_ms=milliseconds)
    assert record(info).joined == joined


def test_codecs_and_layers_are_found_where_older_and_newer_servers_put_them() -> None:
    info = models.ParticipantInfo()
    info.tracks.add(mime_type="audio/opus")
    newer = info.tracks.add(mime_type="video/VP8")
    newer.codecs.add(mime_type="video/VP9").layers.add(width=320, height=180)
    newer.codecs.add(mime_type="video/VP8")
    info.tracks.add()
    old, new, bare = record(info).tracks
    assert (old.codec, new.codec, bare.codec) == ("opus", "VP9, VP8", "")
    assert [(layer.width, layer.height) for layer in new.layers] == [(320, 180)]
    assert (old.layers, bare.layers) == ((), ())


def test_the_label_is_the_name_or_the_identity() -> None:
    assert record(models.ParticipantInfo(identity="a")).label == "a"
    assert record(models.ParticipantInfo(identity="a", name="Ada")).label == "Ada"
