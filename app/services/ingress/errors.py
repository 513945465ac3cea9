"""What the error of an ingress means, and what to do about it.

Messages: livekit/ingress, pkg/errors/errors.go; livekit/protocol, ingress/errors.go; GStreamer's
own, which livekit-ingress passes on.
"""

from app.services.explanations import Explanation, look_up, table

WORDS = table(
    (
        (
            "internal data stream error",
            "The worker couldn't read the media.",
            "The host was not found, the connection was refused or broke off, or what arrived is "
            "not media that it can decode. Open the source from the worker's machine; its log has "
            "the cause.",
        ),
        (
            "file not found",
            "The server has no such file (HTTP 404).",
            "Check the path of the URL. If its link expired, create another ingress with a new "
            "one.",
        ),
        (
            "server capacity exceeded",
            "The worker had too little free CPU for another stream.",
            "Add a worker or cores, or end other sessions; WHIP without transcoding needs less. "
            "Then connect the encoder again.",
        ),
        (
            "shutting down",
            "The worker was about to stop and accepted no more streams.",
            "Connect the encoder again once another worker runs.",
        ),
        (
            "session is disabled",
            "Media was sent while the ingress was disabled.",
            "Enable it under Edit, then connect the encoder again.",
        ),
        (
            "invalid format",
            "The worker couldn't decode what was sent.",
            "Send another codec, H.264 for example, or turn transcoding on.",
        ),
        (
            "room disconnected unexpectedly",
            "The worker lost its connection to the room.",
            "Check the worker's network to LiveKit and its ws_url. Then connect the encoder again.",
        ),
        (
            "room disconnected",
            "Its room was deleted, or its participant was removed from it.",
            "If that was not intended, connect the encoder again.",
        ),
        (
            "no room name",
            "The ingress names no room to publish to.",
            "Edit it and enter a room, then connect the encoder again.",
        ),
        (
            "no participant identity",
            "The ingress names no identity to join the room with.",
            "Edit it and enter an identity, then connect the encoder again.",
        ),
        (
            "invalid (video|audio) parameters|invalid transcoding bypass",
            "The worker doesn't accept an encoding option.",
            "The message names it. Edit the ingress, then connect the encoder again.",
        ),
        (
            "invalid simulcast|simulcast is not supported",
            "The WHIP client sends simulcast layers that the worker doesn't accept.",
            "Turn transcoding off, or simulcast in the client.",
        ),
    )
)


def explain(error: str) -> Explanation | None:
    """Return what an error means, and what to do about it; None if no more is known."""
    return look_up(WORDS, error)
