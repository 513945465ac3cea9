"""What an egress job's error means, and what to do about it.

Messages: livekit/egress, pkg/errors/errors.go; livekit/protocol, livekit/livekit_egress_ext.go;
GStreamer's own, which livekit-egress passes on.
"""

from app.services.egress.storage_errors import STORAGE
from app.services.explanations import Explanation, look_up, table

WORDS = STORAGE + table(
    (
        (
            "start signal not received",
            "The template never sent START_RECORDING, so nothing was recorded.",
            "Check that someone publishes in the room, and that a custom template writes "
            "START_RECORDING to its console.",
        ),
        (
            "session limit reached before start",
            "The session limit was reached before the page was ready.",
            "Check why the page does not load; the limit is session_limits in the worker's "
            "configuration.",
        ),
        (
            "session limit",
            "The job reached the worker's session limit and was ended.",
            "To record for longer, raise session_limits in the worker's configuration.",
        ),
        (
            "stop called before pipeline could start",
            "The job was stopped before it began to record.",
            "Nothing was recorded. Start it again if that was not intended.",
        ),
        (
            "page load error",
            "The worker's browser could not load the page.",
            "Open the URL from the worker's machine: check name, network, certificate and sign-in.",
        ),
        (
            "template error",
            "The recording's template failed in the worker's browser.",
            "Check the template's console; open it in a browser with ?url=…&token=….",
        ),
        (
            "not enough cpu",
            "No worker had enough free CPU for this type of job.",
            "Add a worker or cores, end other jobs, or lower cpu_cost in the worker's "
            "configuration.",
        ),
        (
            "cpu exhausted",
            "The job used more CPU than the worker allows and was ended.",
            "Use a lower preset, or a worker with more cores.",
        ),
        (
            r"\boom\b",  # not every room
            "The job used more memory than the worker allows and was ended.",
            "Use a lower preset, or a worker with more memory.",
        ),
        (
            "shutting down",
            "The worker was about to stop and accepted no more jobs.",
            "Start the job again once another worker runs.",
        ),
        (
            "signal: killed",
            "The recorder's process was killed, most often because memory ran out.",
            "Check the kernel's log and the container's memory limit on the worker's machine. Use "
            "a lower preset, or a worker with more memory.",
        ),
        (
            "process killed",
            "The worker was stopped or crashed while the job ran.",
            "Check the egress worker log, then start the job again.",
        ),
        (
            "upload queue full",
            "The storage accepts files more slowly than they are produced.",
            "Check the storage and the network to it; use longer segments or a lower preset.",
        ),
        (
            "local upload failed",
            "The worker could not write to its own disk.",
            "Check that the path exists on the worker's machine and that it may write there: in a "
            "container, mount a volume. Or choose a storage, such as S3.",
        ),
        (
            "upload failed",
            "Recorded, but the upload failed.",
            "Check bucket, region, endpoint, credentials and permissions; the worker may still "
            "have the file in its backup storage.",
        ),
        (
            "could not parse config",
            "The worker does not understand its configuration or the request.",
            "Compare the versions of livekit-server and livekit-egress.",
        ),
        (
            "no supported codec",
            "No codec is supported by all outputs.",
            "Start one job for each type of output, or choose another file type.",
        ),
        (
            "no supported file output type",
            "No file type supports the chosen codecs.",
            "Choose another file type, or other codecs.",
        ),
        (
            "incompatible with codec",
            "The format does not support this codec.",
            "Choose another file type or codec.",
        ),
        (
            "not yet supported",
            "This version of the worker does not support that.",
            "Update livekit-egress, or use another option.",
        ),
        (
            "missing or invalid field",
            "The worker rejected a field of the request.",
            "Check the field that the error names in the request below.",
        ),
        (
            "below the",
            "A value of the request is smaller than the worker allows.",
            "Raise the value that the error names.",
        ),
        (
            "invalid url",
            "Invalid stream URL.",
            "Use rtmp(s)://host/app/key or srt://host:port.",
        ),
        (
            "subscribe to track",
            "The worker could not receive the track's media.",
            "Check that the track was still published, and the worker's network to LiveKit (UDP, "
            "TURN).",
        ),
        (
            "connection to room failed",
            "The worker lost the room, so the recording ends early.",
            "Check the worker's network to LiveKit, and its ws_url.",
        ),
        (
            "source closed",
            "The room closed, or the recorded participant or track left it.",
            "This is how a recording usually ends.",
        ),
        ("stopegress api", "The job was stopped.", "This is how a recording usually ends."),
        (
            "all streams stopped",
            "All its streams were removed or failed, so the job ended.",
            "See the error of each stream.",
        ),
        (
            "is disabled for this account",
            "The worker's configuration does not allow this.",
            "Change the worker's configuration.",
        ),
        (
            "handler failed to start",
            "The worker could not start its recorder process.",
            "Check the egress worker log: memory, /tmp, the container's shared memory.",
        ),
        (
            "failed to launch",
            "The worker could not start Chrome or another program it needs.",
            "Check the egress worker log; for Chrome, its container needs --cap-add=SYS_ADMIN.",
        ),
        (
            "could not connect to .*: connection refused",
            "Nothing accepts connections at the stream URL's host and port.",
            "Check both, and that the server runs and can be reached from the worker.",
        ),
        (
            "error resolving",
            "The stream's host name does not resolve.",
            "Check the URL for typing errors, and the DNS of the worker's machine.",
        ),
        (
            r"netstream\.publish|'publish' cmd failed",
            "The server rejected the stream, most often because the stream key is wrong or in use.",
            "Copy the key again from the streaming service, and end other streams that use it.",
        ),
        (
            "could not create element",
            "The worker's GStreamer lacks a plugin that the job needs.",
            "Run the official livekit/egress image, or install the missing plugin. The worker "
            "shuts down after this error: check that it was restarted.",
        ),
        (
            "internal data stream error",
            "The worker's GStreamer pipeline broke.",
            "The worker's log names the element that failed, under this job's ID.",
        ),
        (
            "pipeline frozen",
            "The pipeline froze and was stopped.",
            "Usually CPU starvation or an unresponsive stream destination.",
        ),
        (
            "persistent flowflushing",
            "A track stalled, so the recording ends early.",
            "Start it again. If it happens often, check the publisher's network.",
        ),
        (
            "participant .* not found",
            "The participant was not in the room.",
            "Start the job while the participant is in the room.",
        ),
        (
            "track .* not found",
            "The track was no longer in the room.",
            "Start it again with a track that is published now.",
        ),
        (
            "stream .* not found",
            "The job has no stream with this URL.",
            "Enter the full URL, with its key.",
        ),
    )
)
UNKNOWN = Explanation(
    "No further details from the worker.",
    "Search the egress worker log for this job's ID.",
)


def explain(error: str) -> Explanation:
    """Return what an error means, and what to do about it."""
    return look_up(WORDS, error) or UNKNOWN
