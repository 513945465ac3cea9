"""What the worker's errors mean: each of its own texts has the explanation meant for it."""

import pytest

from app.services.egress.errors import UNKNOWN, WORDS, explain

# livekit/egress, pkg/errors/errors.go, and livekit/protocol, livekit/livekit_egress.go, as they are
# said; beside each a word of the explanation that only the right one has.
SAID = {
    "Session limit reached": "as long as the worker allows",
    "Start signal not received": "never said that it was ready",
    "Session limit reached before start signal": "before the page was ready",
    "Stop called before pipeline could start": "before it had begun",
    "End reason: StopEgress API": "Somebody stopped it",
    "End reason: Process killed": "stopped or crashed",
    "End reason: Source closed": "The room closed",
    "End reason: All streams stopped": "All its streams",
    "End reason: CPU exhausted": "more CPU than the worker allows",
    "pipeline frozen": "stood still",
    "failed to launch chrome: exit status 1": "could not start Chrome",
    "no supported codec is compatible with all outputs": "No codec suits",
    "no supported file output type is compatible with the selected codecs": "No file type can hold",
    "failed to subscribe to track": "could not get the track's media",
    "not enough CPU": "No worker had the CPU",
    "server is shutting down": "was about to stop",
    "handler failed to start": "recorder process",
    "recording ended early: connection to room failed": "lost the room",
    "recording ended early: track stuck in persistent FlowFlushing": "came to a standstill",
    "page load error: net::ERR_NAME_NOT_RESOLVED": "could not load the page",
    "template error: room is undefined": "template failed",
    "could not parse config: yaml: line 3": "does not understand",
    "av1 is not yet supported": "cannot do that",
    "format mp4 incompatible with codec audio/mp3": "cannot hold this codec",
    "request has missing or invalid field: room_name": "does not accept a field",
    "segment_duration is 100ms, below the 1s minimum": "smaller than the worker allows",
    "invalid url rtmp://host/x: rtmp urls must have a key": "none that the worker can send to",
    "S3 upload failed: operation error S3: PutObject, AccessDenied": "storage did not take it",
    "Local upload failed: mkdir /proc/nope/: no such file or directory": "its own disk",
    "signal: killed": "process was killed",
    "Connection refused: Could not connect to 127.0.0.1: Connection refused": "Nothing accepts",
    "Failed to connect: Error resolving \u201cno.such.invalid\u201d: Name or service not known": (
        "does not resolve"
    ),
    'Failed to connect: \'publish\' cmd failed: onStatus: { "level": "error", "code": '
    '"NetStream.Publish.Failed", "description": "Publish failed." }': "rejected the stream",
    "could not create element: faac": "lacks a plugin",
    "Internal data stream error.": "pipeline in the worker broke",
    "rooms/standup.mp4 upload failed: the bucket does not exist": "storage did not take it",
    "segments upload queue full (50 pending): storage cannot keep up": "more slowly",
    "participant ada not found": "The participant was not in the room",
    "track TR_VCx not found": "The track was not in the room",
    "stream rtmp://host/live/{abc...xyz} not found": "no stream of that address",
    "streaming is disabled for this account": "configuration does not allow",
    "CPU exhausted: 3.97 cores used": "more CPU than the worker allows",
    "OOM: 4.02 GB used": "more memory than the worker allows",
}


@pytest.mark.parametrize(("said", "meaning"), SAID.items(), ids=SAID)
def test_each_text_of_the_worker(said: str, meaning: str) -> None:
    found = explain(said)
    assert meaning in found.meaning
    assert found.advice
    assert explain(said.upper()) == found, "whatever the case"


def test_every_explanation_belongs_to_a_text() -> None:
    assert {explain(said) for said in SAID} == {known for _, known in WORDS}


def test_several_errors_in_one_take_the_first_known() -> None:
    both = "gst: pad link failed\nS3 upload failed: AccessDenied"
    assert explain(both) == explain("S3 upload failed")


@pytest.mark.parametrize("said", ["", "Failure", "internal error", "rooms are booming", "日本"])
def test_what_nobody_knows_is_said_to_be_so(said: str) -> None:
    assert explain(said) is UNKNOWN
