"""What the worker's errors mean: each of its own texts has the explanation meant for it."""

import pytest

from app.services.egress.errors import UNKNOWN, WORDS, explain

# As aws-sdk-go-v2 words what the S3 API answers.
S3 = "S3 upload failed: err: operation error S3: PutObject, https response error StatusCode:"

# livekit/egress, pkg/errors/errors.go, and livekit/protocol, livekit/livekit_egress.go, as they are
# said; beside each a word of the explanation that only the right one has.
SAID = {
    "Session limit reached": "reached the worker's session limit",
    "Start signal not received": "never sent START_RECORDING",
    "Session limit reached before start signal": "before the page was ready",
    "Stop called before pipeline could start": "before it began",
    "End reason: StopEgress API": "The job was stopped.",
    "End reason: Process killed": "stopped or crashed",
    "End reason: Source closed": "The room closed",
    "End reason: All streams stopped": "All its streams",
    "End reason: CPU exhausted": "more CPU than the worker allows",
    "pipeline frozen": "froze and was stopped",
    "failed to launch chrome: exit status 1": "could not start Chrome",
    "no supported codec is compatible with all outputs": "No codec is supported",
    "no supported file output type is compatible with the selected codecs": "No file type supports",
    "failed to subscribe to track": "could not receive the track's media",
    "not enough CPU": "No worker had enough",
    "server is shutting down": "was about to stop",
    "handler failed to start": "recorder process",
    "recording ended early: connection to room failed": "lost the room",
    "recording ended early: track stuck in persistent FlowFlushing": "A track stalled",
    "page load error: net::ERR_NAME_NOT_RESOLVED": "could not load the page",
    "template error: room is undefined": "template failed",
    "could not parse config: yaml: line 3": "does not understand",
    "av1 is not yet supported": "does not support that",
    "format mp4 incompatible with codec audio/mp3": "does not support this codec",
    "request has missing or invalid field: room_name": "rejected a field",
    "segment_duration is 100ms, below the 1s minimum": "smaller than the worker allows",
    "invalid url rtmp://host/x: rtmp urls must have a key": "Invalid stream URL",
    "S3 upload failed: operation error S3: PutObject, AccessDenied": "access denied",
    "Local upload failed: mkdir /proc/nope/: no such file or directory": "its own disk",
    "signal: killed": "process was killed",
    "Connection refused: Could not connect to 127.0.0.1: Connection refused": "stream URL's host",
    "Failed to connect: Error resolving \u201cno.such.invalid\u201d: Name or service not known": (
        "does not resolve"
    ),
    'Failed to connect: \'publish\' cmd failed: onStatus: { "level": "error", "code": '
    '"NetStream.Publish.Failed", "description": "Publish failed." }': "rejected the stream",
    "could not create element: faac": "lacks a plugin",
    "Internal data stream error.": "GStreamer pipeline broke",
    "rooms/standup.mp4 upload failed: unexpected EOF": "but the upload failed.",
    "segments upload queue full (50 pending): storage cannot keep up": "more slowly",
    "participant ada not found": "The participant was not in the room",
    "track TR_VCx not found": "The track was no longer in the room",
    "stream rtmp://host/live/{abc...xyz} not found": "no stream with this URL",
    "streaming is disabled for this account": "does not allow this",
    'S3 upload failed: request send failed, Put "https://rec.minio.local/a.mp4": dial tcp: lookup '
    "rec.minio.local on 10.0.0.2:53: no such host": "host name",
    "operation error S3: PutObject, lookup rec.minio.local: no such host": "host name",
    'request send failed, Put "http://s3.local/rec": dial tcp 10.0.0.3:9000: connect: connection '
    "refused": "endpoint of the storage",
    f"{S3} 404, api error NoSuchBucket: The specified bucket": "bucket doesn't exist",
    "GCP upload failed: storage: bucket doesn't exist": "bucket doesn't exist",
    "api error NoSuchBucket: The specified bucket does not exist": "bucket doesn't exist",
    f"{S3} 403, api error SignatureDoesNotMatch: The request signature": "doesn't belong to",
    f"{S3} 403, api error InvalidAccessKeyId: The AWS Access Key Id": "doesn't know the access key",
    "Azure upload failed: RESPONSE 403: AuthenticationFailed": "rejected the account key",
    f"{S3} 301, api error PermanentRedirect: The bucket": "in another region",
    f"{S3} 400, api error AuthorizationHeaderMalformed: the region 'us-east-1' is wrong": (
        "in another region"
    ),
    f"{S3} 403, api error RequestTimeTooSkewed: The difference": "clock of the worker's machine",
    f"{S3} 400, api error ExpiredToken: The provided token has expired": "token has expired",
    "operation error S3: PutObject, get identity: get credentials: failed to refresh cached "
    "credentials, no EC2 IMDS role found": "has no credentials",
    f"{S3} 403, api error AccessDenied: Access Denied": "access denied",
    "GCP upload failed: googleapi: Error 403: x does not have storage.objects.create access": (
        "access denied"
    ),
    f"{S3} 507, api error XMinioStorageFull: Storage backend has reached": "storage is full",
    "S3 upload failed: tls: failed to verify certificate: x509: signed by unknown authority": (
        "doesn't trust the TLS certificate"
    ),
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
    assert explain(both) == explain("AccessDenied")


@pytest.mark.parametrize("said", ["", "Failure", "internal error", "rooms are booming", "日本"])
def test_what_nobody_knows_is_said_to_be_so(said: str) -> None:
    assert explain(said) is UNKNOWN
