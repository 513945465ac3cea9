"""What the errors of ingresses mean: each message of the worker has its own explanation."""

import pytest

from app.services.ingress.errors import WORDS, explain

# livekit/ingress, pkg/errors/errors.go; livekit/protocol, ingress/errors.go and
# ingress/validation.go; GStreamer. Beside each a part of the explanation that only the right one
# has.
MESSAGES = {
    "Internal data stream error.": "couldn't read the media",
    "File not found": "HTTP 404",
    "server capacity exceeded": "too little free CPU",
    "server shutting down": "was about to stop",
    "session is disabled": "while the ingress was disabled",
    "vp8: invalid format": "couldn't decode",
    "room disconnected": "was deleted",
    "room disconnected unexpectedly": "lost its connection to the room",
    "invalid ingress: no room name": "no room to publish to",
    "invalid ingress: no participant identity": "no identity to join",
    "invalid video parameters: video codec unsupported": "encoding option",
    "invalid audio parameters: invalid audio channel count": "encoding option",
    "invalid transcoding bypass configuration: video encoding options must be empty if transcoding "
    "is disabled": "encoding option",
    "invalid simulcast configuration": "simulcast layers",
    "simulcast is not supported when transcoding": "simulcast layers",
}


@pytest.mark.parametrize(("message", "part"), MESSAGES.items(), ids=MESSAGES)
def test_each_message_of_the_worker(message: str, part: str) -> None:
    explanation = explain(message)
    assert explanation
    assert part in explanation.meaning
    assert explanation.advice
    assert explain(message.upper()) == explanation


def test_every_explanation_belongs_to_a_message() -> None:
    assert {explain(message) for message in MESSAGES} == {known for _, known in WORDS}


@pytest.mark.parametrize("message", ["", "Failure", "no keyframe", "日本"])
def test_what_nobody_knows_is_not_explained(message: str) -> None:
    assert explain(message) is None
