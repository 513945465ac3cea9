"""The one table of terms that need an explanation: for `?` buttons beside labels, and for Help."""

from typing import NamedTuple

# Each of these is a page that LiveKit's documentation itself links to (November 2026).
LIVEKIT_DOCS = "https://docs.livekit.io"
ROOMS = f"{LIVEKIT_DOCS}/intro/basics/rooms-participants-tracks/rooms/"
EGRESS = f"{LIVEKIT_DOCS}/transport/media/ingress-egress/egress/"
DISPATCH = f"{LIVEKIT_DOCS}/agents/server/agent-dispatch/"
TELEPHONY = f"{LIVEKIT_DOCS}/telephony/"
RULES = f"{LIVEKIT_DOCS}/telephony/accepting-calls/dispatch-rule/"
TOKENS = f"{LIVEKIT_DOCS}/frontends/reference/tokens-grants/"


class Term(NamedTuple):
    """One term: how it is written, what it means, and LiveKit's own page about it, if any."""

    title: str
    meaning: str
    more: str = ""


TERMS: dict[str, Term] = {
    "filter": Term(
        "filter",
        "Finds part of a name or ID. metadata:tenant-7 finds part of the metadata, as does "
        'metadata:"two words".',
    ),
    "agent": Term(
        "agent",
        "A program that joins rooms as a participant through LiveKit's agent framework.",
        f"{LIVEKIT_DOCS}/agents/",
    ),
    "audit": Term(
        "audit log",
        "Each action on this dashboard, recorded before it is done, and again with its outcome. No "
        "entry can be changed or deleted here; each has a hash over the one before, so that "
        "`livekit-dashboard audit verify` finds what was changed elsewhere.",
    ),
    "background-job": Term(
        "job",
        "An action on more than 50 things, done in the background. It continues if its page is "
        "closed or the dashboard restarts. The result for each item is kept for 30 days.",
    ),
    "capacity": Term(
        "capacity",
        "Places that are taken, of the room's max participants. LiveKit doesn't count agents, "
        "recorders and the dashboard's observers.",
        ROOMS,
    ),
    "departure-timeout": Term(
        "departure timeout",
        "How long the room stays open after the last participant has left, so that somebody can "
        "come back.",
        ROOMS,
    ),
    "dispatch": Term(
        "dispatch",
        "A request to LiveKit that an agent join a room. LiveKit offers it once, to the workers "
        "with that agent name: if none accepts, no agent joins.",
        DISPATCH,
    ),
    "dispatch-rule": Term(
        "dispatch rule",
        "Decides which room an inbound call joins. Direct: all callers join one room. Individual: "
        "every caller gets a room. Callee: the room is named after the number that was called.",
        RULES,
    ),
    "dtx": Term(
        "DTX",
        "Discontinuous transmission: a microphone track sends almost nothing while it is silent.",
    ),
    "e2ee": Term(
        "E2EE",
        "End-to-end encryption: participants share a key that LiveKit doesn't have. Without it, "
        "recorders and this dashboard see and hear nothing.",
    ),
    "egress-source": Term(
        "source of an egress",
        "What is recorded: a whole room as a web page lays it out, one participant, one or two "
        "tracks, or any web page.",
        EGRESS,
    ),
    "empty-timeout": Term(
        "empty timeout",
        "How long the room stays open if nobody joins it.",
        ROOMS,
    ),
    "expires": Term(
        "expires",
        "LiveKit lists ended jobs for 24 hours. Export the job to keep its details longer.",
    ),
    "hidden": Term(
        "hidden",
        "The other participants don't see a hidden participant, and aren't informed when it joins "
        "or leaves. It still takes a place in the room.",
        TOKENS,
    ),
    "last-update": Term(
        "last update",
        "The worker reports only changes, so an old update doesn't show whether it still runs.",
    ),
    "layers": Term(
        "layers",
        "The sizes in which a video is sent at the same time, for example 180p, 360p and 720p. "
        "LiveKit forwards to each subscriber the one that fits.",
    ),
    "layout": Term(
        "layout",
        "How the template page arranges the participants of a recorded room, such as grid or "
        "speaker. A page of your own can have other layouts.",
        EGRESS,
    ),
    "max-participants": Term(
        "max participants",
        "How many participants the room admits; further ones are rejected. LiveKit counts hidden "
        "participants too, but not agents and recorders.",
        ROOMS,
    ),
    "media-encryption": Term(
        "media encryption",
        "Encrypts the audio between LiveKit and the telephony provider (SRTP). Both must support "
        "it if it is required.",
        TELEPHONY,
    ),
    "media-timeout": Term(
        "media timeout",
        "A call ends if the remote party sends no audio for this long.",
        TELEPHONY,
    ),
    "observer": Term(
        "observer",
        "The dashboard itself, as a hidden participant that shows you media or connection "
        "quality. It sends nothing, and leaves when you close the page.",
    ),
    "output-status": Term(
        "status of an output",
        "LiveKit reports it for streams, and where a file is stored after its upload. Anything "
        "marked as inferred follows from the status of the job.",
        EGRESS,
    ),
    "session": Term(
        "session",
        "A room from its start to its end, by its SID: a name may have many of them. What LiveKit "
        "reported is shown as it is. A start or an end that no webhook reported is inferred from "
        "LiveKit's lists, and marked.",
    ),
    "conversation": Term(
        "conversation",
        "What an agent heard, said and did in one job: messages, tool calls, response times and "
        "errors. Agents upload it while it runs, and the rest at its end.",
        f"{LIVEKIT_DOCS}/agents/",
    ),
    "participant": Term(
        "participant",
        "A member of a room: a person, an agent, a phone call, an ingress or an egress recorder. "
        "Agents, recorders and the dashboard's observers are counted separately.",
        ROOMS,
    ),
    "publisher": Term(
        "publisher",
        "A participant that sends at least one track. LiveKit updates this count every 5 s.",
        ROOMS,
    ),
    "recorder": Term(
        "recorder",
        "A participant that records the room, such as an egress worker. While one is in the room, "
        "LiveKit reports the room as being recorded.",
        EGRESS,
    ),
    "red": Term(
        "RED",
        "Redundant audio (RFC 2198): each packet repeats earlier ones, so that a lost packet "
        "isn't heard. It takes more bandwidth.",
    ),
    "ringing-timeout": Term(
        "ringing timeout",
        "How long a call may ring before LiveKit gives up.",
        TELEPHONY,
    ),
    "room-preset": Term(
        "room preset",
        "A named set of room options in the LiveKit server's configuration, under "
        "room.room_configurations.",
        ROOMS,
    ),
    "simulcast": Term(
        "simulcast",
        "The publisher sends a video in several layers, so that each subscriber gets one that "
        "fits its window and its connection.",
    ),
    "trunk": Term(
        "trunk",
        "A SIP connection to a telephony provider. An inbound trunk receives calls, an outbound "
        "trunk places them.",
        TELEPHONY,
    ),
    "worker": Term(
        "worker",
        "A process that does jobs for LiveKit: it runs agents, records rooms (egress), receives "
        "streams (ingress) or connects phone calls (SIP).",
        f"{LIVEKIT_DOCS}/transport/self-hosting/",
    ),
}

# Where LiveKit documents what the pages of the dashboard are about.
GUIDES: tuple[tuple[str, str], ...] = (
    ("Rooms and participants", ROOMS),
    ("Tokens and permissions", TOKENS),
    ("Agents and dispatch", DISPATCH),
    ("Egress: recording and streaming", EGRESS),
    ("Ingress: RTMP, WHIP and URLs", f"{LIVEKIT_DOCS}/transport/media/ingress-egress/ingress/"),
    ("Telephony: trunks and calls", TELEPHONY),
    ("Dispatch rules", RULES),
    ("Webhooks", f"{LIVEKIT_DOCS}/intro/basics/rooms-participants-tracks/webhooks-events/"),
    ("Running LiveKit yourself", f"{LIVEKIT_DOCS}/transport/self-hosting/"),
)

# LiveKit's guide for each area of the dashboard: the longest beginning of a path decides.
GUIDE_OF = {
    "/": f"{LIVEKIT_DOCS}/transport/self-hosting/",
    "/rooms": ROOMS,
    "/participants": ROOMS,
    "/agents": DISPATCH,
    "/egress": EGRESS,
    "/ingress": f"{LIVEKIT_DOCS}/transport/media/ingress-egress/ingress/",
    "/sip": TELEPHONY,
    "/sip/rules": RULES,
    "/sip/route": RULES,
    "/sandbox": TOKENS,
    "/webhooks": f"{LIVEKIT_DOCS}/intro/basics/rooms-participants-tracks/webhooks-events/",
}


def guide_of(path: str) -> str:
    """Return the address of LiveKit's guide about the page at a path."""
    return GUIDE_OF[max((root for root in GUIDE_OF if path.startswith(root)), key=len)]
