"""What webhooks of rooms, participants and tracks become in history."""

import pytest

from tests.support.streams import (
    Event,
    at,
    brief,
    made,
    one,
    person,
    room,
    webhook,
)

ROOM = room()
ANNA = person("PA_anna", "anna", 1.5, name="Anna", attributes={"sip.x": "1", "mine": "2"})
VIDEO = {"sid": "TR_1", "type": "VIDEO", "source": "CAMERA", "name": "cam", "mimeType": "video/VP8"}


def test_a_session_has_its_start_its_end_and_what_was_in_it(database: str) -> None:
    bob = person("PA_bob", "bob", 2, kind="SIP", attributes={"sip.callID": "SCL_1"})
    agent = person("PA_agent", "agent", 2, kind="AGENT")
    seen = made(
        database,
        webhook("room_started", 0, room=ROOM),
        webhook("participant_joined", 1, room=ROOM, participant=ANNA),
        webhook("participant_joined", 2, room=ROOM, participant=bob),
        webhook("participant_joined", 2, room=ROOM, participant=agent),
        webhook("participant_left", 9, room=ROOM, participant=ANNA | {"version": 2}),
        webhook("room_finished", 12, room=ROOM, roomEndReason="ROOM_END_API_DELETE"),
    )
    one(
        seen["sessions"],
        sid="RM_1",
        room="standup",
        started_at=at(0.25),
        started_inferred=False,
        ended_at=at(12),
        ended_inferred=False,
        end_reason="ROOM_END_API_DELETE",
        duration=11_750_000,
        participants=2,
        peak=2,
        agents=1,
        calls=1,
        failures=0,
    )


def test_a_connection_has_what_livekit_knows_of_the_participant(database: str) -> None:
    left = ANNA | {"version": 7, "name": "Anna B", "disconnectReason": "CLIENT_INITIATED"}
    seen = made(
        database,
        webhook("participant_left", 9, room=ROOM, participant=left),
        webhook("participant_joined", 9, room=ROOM, participant=ANNA),
    )
    one(
        seen["connections"],
        sid="PA_anna",
        identity="anna",
        name="Anna B",  # the higher version, although the events are of one second
        kind="STANDARD",
        joined_at=at(1.5),
        joined_inferred=False,
        left_at=at(9),
        left_inferred=False,
        reason="CLIENT_INITIATED",
        aborted=False,
        attributes='{"sip.x": "1"}',
    )
    one(seen["sessions"], started_at=at(0.25), ended_at=None, duration=None)


def test_an_aborted_join_is_a_failure_and_no_participant(database: str) -> None:
    aborted = ANNA | {"disconnectReason": "JOIN_FAILURE"}
    event = webhook("participant_connection_aborted", 3, room=ROOM, participant=aborted)
    seen = made(database, event)
    one(seen["connections"], aborted=True, left_at=at(3), reason="JOIN_FAILURE")
    one(seen["sessions"], participants=0, peak=0, failures=1)


@pytest.mark.parametrize(
    "hidden", [{"permission": {"hidden": True}}, {"permission": {"recorder": True}}]
)
def test_observers_and_recorders_are_not_counted(database: str, hidden: Event) -> None:
    seen = made(database, webhook("participant_joined", 3, room=ROOM, participant=ANNA | hidden))
    one(seen["connections"], hidden=True)
    one(seen["sessions"], participants=0, peak=0)


def test_a_track_alone_makes_its_connection_and_session(database: str) -> None:
    who = {"sid": "PA_anna", "identity": "anna"}
    event = webhook("track_published", 5, room=brief(ROOM), participant=who, track=VIDEO)
    seen = made(database, event)
    one(seen["sessions"], sid="RM_1", started_at=at(5), started_inferred=True, participants=1)
    one(seen["connections"], sid="PA_anna", joined_at=at(5), joined_inferred=True, kind="")
    one(
        seen["tracks"],
        sid="TR_1",
        participant_sid="PA_anna",
        type="VIDEO",
        source="CAMERA",
        name="cam",
        mime_type="video/VP8",
        published_at=at(5),
        published_inferred=False,
        unpublished_at=None,
    )


def test_a_track_that_ended_began_at_the_latest_then(database: str) -> None:
    who = {"sid": "PA_anna", "identity": "anna"}
    event = webhook("track_unpublished", 7, room=brief(ROOM), participant=who, track=VIDEO)
    one(
        made(database, event)["tracks"],
        published_at=at(7),
        published_inferred=True,
        unpublished_at=at(7),
        unpublished_inferred=False,
    )


def test_a_reconnect_that_overlaps_is_one_person(database: str) -> None:
    again = person("PA_again", "anna", 8.9)
    seen = made(
        database,
        webhook("participant_joined", 1, room=ROOM, participant=ANNA),
        webhook("participant_joined", 8, room=ROOM, participant=again),
        webhook(
            "participant_left",
            9,
            room=ROOM,
            participant=ANNA | {"disconnectReason": "DUPLICATE_IDENTITY"},
        ),
    )
    one(seen["sessions"], participants=1, peak=1)
    assert [row["left_at"] for row in seen["connections"]] == [None, at(9)]
