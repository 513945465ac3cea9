"""Generated stories of rooms, as the webhooks that tell them."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.support.streams import Event, brief, ns, person, room, webhook

KINDS = ("STANDARD", "AGENT", "SIP", "INGRESS", "EGRESS")
REASONS = ("CLIENT_INITIATED", "DUPLICATE_IDENTITY", "SIGNAL_CLOSE", "USER_REJECTED")
SECONDS = st.floats(0, 30, allow_nan=False).map(lambda number: round(number, 3))


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """Return all webhooks of some sessions, which may have one name."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(("standup", "retro")))
        full = room(f"RM_{number}", name, created=draw(SECONDS))
        events += draw(_session(full, f"{number}"))
    return events


@st.composite
def _session(draw: st.DrawFn, full: dict[str, Any], label: str) -> list[Event]:
    events = [webhook("room_started", draw(SECONDS), room=full)]
    for number in range(draw(st.integers(0, 3))):
        events += draw(_connection(full, f"{label}_{number}"))
    for number in range(draw(st.integers(0, 1))):
        events += _egress(full, f"EG_{label}_{number}", draw(SECONDS), draw(st.booleans()))
    if draw(st.booleans()):
        events += _ingress(full, f"IN_{label}", draw(SECONDS))
    if draw(st.booleans()):
        reason = draw(st.sampled_from(("ROOM_END_IDLE_TIMEOUT", "ROOM_END_API_DELETE")))
        end = 35 + draw(SECONDS)
        events.append(webhook("room_finished", end, room=full, roomEndReason=reason))
    return events


@st.composite
def _connection(draw: st.DrawFn, full: dict[str, Any], label: str) -> list[Event]:
    kind, joined = draw(st.sampled_from(KINDS)), draw(SECONDS)
    call = {"sip.callID": f"SCL_{label}", "sip.callStatus": "ringing"} if kind == "SIP" else {}
    identity = draw(st.sampled_from(("anna", "bob", "carl")))
    who = person(f"PA_{label}", identity, joined, kind=kind, attributes=call, name="first")
    gone = who | {"version": draw(st.integers(1, 3)), "name": draw(st.sampled_from(("a", "b")))}
    gone |= {"disconnectReason": draw(st.sampled_from(REASONS))}
    left = joined + draw(SECONDS)
    if draw(st.booleans()):
        return [webhook("participant_connection_aborted", left, room=full, participant=gone)]
    events = [
        webhook("participant_joined", joined, room=full, participant=who),
        webhook("participant_left", left, room=full, participant=gone),
    ]
    for number in range(draw(st.integers(0, 2))):
        events += _track(full, who, f"TR_{label}_{number}", joined, left)
    return events


def _track(
    full: dict[str, Any], who: dict[str, Any], sid: str, published: float, ended: float
) -> Iterator[Event]:
    track = {"sid": sid, "type": "VIDEO", "source": "CAMERA", "name": "cam"}
    named = {"sid": who["sid"], "identity": who["identity"]}
    yield webhook("track_published", published, room=brief(full), participant=named, track=track)
    known = track | {"mimeType": "video/VP8", "version": {"unixMicro": "5"}}
    yield webhook("track_unpublished", ended, room=brief(full), participant=named, track=known)


def _egress(full: dict[str, Any], id_: str, began: float, failed: bool) -> Iterator[Event]:
    info = {"egressId": id_, "roomId": full["sid"], "roomName": full["name"], "roomComposite": {}}
    yield webhook("egress_started", began, egressInfo=info, room=brief(full))
    active = info | {"status": "EGRESS_ACTIVE", "startedAt": ns(began + 1)}
    for _ in range(2):  # LiveKit sends the same state twice at times
        now = active | {"updatedAt": ns(began + 1)}
        yield webhook("egress_updated", began + 1, egressInfo=now)
    status = "EGRESS_FAILED" if failed else "EGRESS_COMPLETE"
    over = active | {"status": status, "endedAt": ns(began + 9), "updatedAt": ns(began + 9)}
    yield webhook("egress_ended", began + 9, egressInfo=over)


def _ingress(full: dict[str, Any], id_: str, began: float) -> Iterator[Event]:
    state = {"status": "ENDPOINT_PUBLISHING", "startedAt": ns(began), "roomId": full["sid"]}
    info = {"ingressId": id_, "roomName": full["name"], "inputType": "RTMP_INPUT"}
    yield webhook("ingress_started", began, ingressInfo=info | {"state": state})
    over = state | {"status": "ENDPOINT_ERROR", "endedAt": ns(began + 5), "error": "codec"}
    yield webhook("ingress_ended", began + 5, ingressInfo=info | {"state": over})
