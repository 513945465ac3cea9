"""The names that files get, as livekit-egress makes them: its rules, case by case."""

import pytest

from app.services.egress.naming import Part, cleaned, parts, planned, unknown
from app.services.egress.new_job import (
    Encoding,
    File,
    Images,
    NewEgress,
    ParticipantTarget,
    RoomTarget,
    Segments,
    Target,
    TracksTarget,
    TrackTarget,
    WebTarget,
)

ROOM = RoomTarget("standup")
TRACK = TrackTarget("standup", "TR_a")


def names(new: NewEgress, *, streams: bool = False) -> list[tuple[str, ...]]:
    """Return the names of each output."""
    return [each.names for each in planned(new, streams=streams)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        ("/", "/"),
        (".", ""),
        ("..", ""),
        ("../../a", "a"),
        ("a/../b/", "b/"),
        ("a//b/./c", "a/b/c"),
        ("//a", "/a"),
        ("../", ""),
        ("{room_name}/{time}", "{room_name}/{time}"),
    ],
)
def test_a_path_is_cleaned_as_go_does(path: str, expected: str) -> None:
    assert cleaned(path) == expected


@pytest.mark.parametrize(
    ("target", "path", "expected"),
    [
        (ROOM, "", "standup-{time}.mp4"),
        (ROOM, "rec/", "rec/standup-{time}.mp4"),
        (ROOM, "rec/{room_name}", "rec/standup.mp4"),
        (ROOM, "{room_id}/{time}.mp4", "{room_id}/{time}.mp4"),
        (ROOM, "a.ogg", "a.mp4"),
        (ROOM, "a.v2", "a.v2.mp4"),
        (ROOM, "{publisher_identity}", "{publisher_identity}.mp4"),
        (RoomTarget("a/b"), "", "a/b-{time}.mp4"),
        (RoomTarget(""), "x/", "x/{room_name}-{time}.mp4"),
        (RoomTarget("x", media="audio"), "", "x-{time}.ogg"),
        (RoomTarget("x", media="video"), "", "x-{time}.mp4"),
        (WebTarget("https://a"), "", "web-{time}.mp4"),
        (WebTarget("https://a"), "{room_name}-{utc}", "{room_name}-{utc}.mp4"),
        (ParticipantTarget("standup", "ada"), "", "standup-{time}.mp4"),
        (ParticipantTarget("standup", "ada"), "{publisher_identity}", "ada.mp4"),
        (ParticipantTarget("standup", ""), "{publisher_identity}", "{publisher_identity}.mp4"),
        (TracksTarget("standup", audio_track="TR_a"), "", "standup-{time}.ogg"),
        (TracksTarget("standup", "TR_a", "TR_v"), "", "standup-{time}.mp4"),
        (TRACK, "", "TR_a-{time}{extension}"),
        (TRACK, "{track_id}-{track_source}.mp4", "TR_a-{track_source}{extension}"),
        (TrackTarget("standup", ""), "", "{track_id}-{time}{extension}"),
    ],
)
def test_a_file(target: Target, path: str, expected: str) -> None:
    assert names(NewEgress(target, file=File(path))) == [(expected,)]


@pytest.mark.parametrize(
    ("file", "encoding", "streams", "expected"),
    [
        (File(file_type="MP4"), None, False, ".mp4"),
        (File(file_type="OGG"), None, False, ".ogg"),
        (File(file_type="MP3"), None, False, ".mp3"),
        (File(), None, True, ".mp4"),
        (File(), "H264_720P_30", False, ".ogg"),
        (File(), Encoding(audio_codec="OPUS"), False, ".ogg"),
        (File(), Encoding(audio_codec="AAC"), False, ".mp4"),
        (File(), Encoding(audio_codec="AC_MP3"), False, ".mp3"),
    ],
)
def test_the_extension_of_audio(
    file: File, encoding: Encoding | None, streams: bool, expected: str
) -> None:
    new = NewEgress(RoomTarget("a", media="audio"), file=file, encoding=encoding)
    assert names(new, streams=streams) == [(f"a-{{time}}{expected}",)]


def test_what_no_version_says_of_vp8_is_left_open() -> None:
    new = NewEgress(ROOM, file=File("a"), encoding=Encoding(video_codec="VP8"))
    assert names(new) == [("a{extension}",)]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (Segments(), ("standup-{time}.m3u8", "standup-{time}_{number}.ts")),
        (Segments(playlist_name="all.m3u8"), ("all.m3u8", "all_{number}.ts")),
        (Segments(playlist_name="a/all.x"), ("a/all.m3u8", "a/all_{number}.ts")),
        (Segments("hls/s"), ("hls/s.m3u8", "hls/s_{number}.ts")),
        (Segments("hls/"), ("hls/standup-{time}.m3u8", "hls/standup-{time}_{number}.ts")),
        (Segments("hls/s", "all"), ("hls/all.m3u8", "hls/s_{number}.ts")),
        (Segments("a/s", "a/all"), ("a/all.m3u8", "a/s_{number}.ts")),
        (Segments("b/s", "a/all"), ("a/all.m3u8", "a/b/s_{number}.ts")),
        (Segments("s", "a/all", "a/live"), ("a/all.m3u8", "a/live.m3u8", "a/s_{number}.ts")),
        (
            Segments("s", "{room_name}", filename_suffix="TIMESTAMP"),
            ("standup.m3u8", "s_{timestamp}.ts"),
        ),
    ],
)
def test_segments(segments: Segments, expected: tuple[str, ...]) -> None:
    assert names(NewEgress(ROOM, segments=segments)) == [expected]


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (Images(), "standup-{time}_{number}.jpeg"),
        (Images("img/"), "img/standup-{time}_{number}.jpeg"),
        (Images("img/i", filename_suffix="IMAGE_SUFFIX_TIMESTAMP"), "img/i_{timestamp}.jpeg"),
        (Images("i", filename_suffix="IMAGE_SUFFIX_NONE_OVERWRITE"), "i.jpeg"),
    ],
)
def test_images(images: Images, expected: str) -> None:
    assert names(NewEgress(ROOM, images=images)) == [(expected,)]


def test_what_is_known_only_at_the_start_is_told_apart() -> None:
    known, later, end = parts("a-{time}.mp4")
    assert (known, later.text, end) == (Part("a-"), "{time}", Part(".mp4"))
    assert later.later == "start time on the worker's clock"
    assert list(parts("{date}")) == [Part("{date}")]


def test_words_in_braces_that_stay_as_they_are() -> None:
    assert unknown(NewEgress(ROOM, file=File("{date}/{time}/{date}{track_id}"))) == [
        "{date}",
        "{track_id}",
    ]
    assert unknown(NewEgress(TRACK, file=File("{track_id}{publisher_identity}"))) == []
    web = NewEgress(WebTarget("https://a"), segments=Segments("{room_id}"), images=Images("{utc}"))
    assert unknown(web) == ["{room_id}"]
