"""What an egress job's error means, and what to do: by the words that the worker says it with.

Words: livekit/egress, pkg/errors/errors.go; livekit/protocol, livekit/livekit_egress_ext.go.
"""

from app.services.explanations import Explanation, look_up, table

WORDS = table(
    (
        (
            "start signal not received",
            "The page never said that it was ready, so nothing was recorded.",
            "Is anybody publishing in the room? A template of your own must log START_RECORDING.",
        ),
        (
            "session limit reached before start",
            "The time limit was over before the page was ready.",
            "Look why the page does not start; the limit is session_limits in the worker.",
        ),
        (
            "session limit",
            "It ran as long as the worker allows, and was ended.",
            "Raise session_limits in the worker's configuration where that is too short.",
        ),
        (
            "stop called before pipeline could start",
            "It was stopped before it had begun to record.",
            "Nothing was recorded; start it again if that was not meant.",
        ),
        (
            "page load error",
            "The browser of the worker could not load the page.",
            "Open the address from the worker's machine: name, network, certificate, sign-in.",
        ),
        (
            "template error",
            "The recording's template failed in the worker's browser.",
            "Look into the template's own console; try it with ?url=…&token=… in a browser.",
        ),
        (
            "not enough cpu",
            "No worker had the CPU that such a job needs.",
            "Add a worker or cores, end other jobs, or lower cpu_cost in the worker.",
        ),
        (
            "cpu exhausted",
            "The job used more CPU than the worker allows, and was ended.",
            "Use a lower preset, or a worker with more cores.",
        ),
        (
            r"\boom\b",  # not every room
            "The job used more memory than the worker allows, and was ended.",
            "Use a lower preset, or a worker with more memory.",
        ),
        (
            "shutting down",
            "The worker was about to stop and took no more jobs.",
            "Start it again once another worker runs.",
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
            "Look into the worker's log; start the job again.",
        ),
        (
            "upload queue full",
            "The storage takes files more slowly than they are made.",
            "Look at the storage and the network to it; use longer segments or a lower preset.",
        ),
        (
            "local upload failed",
            "The worker could not write to its own disk.",
            "Check that the path exists on the worker's machine and that it may write there: in a "
            "container, mount a volume. Or choose a storage, such as S3.",
        ),
        (
            "upload failed",
            "The recording was made, but the storage did not take it.",
            "Check bucket, region, endpoint, credentials and rights; the worker may still have "
            "the file in its backup storage.",
        ),
        (
            "could not parse config",
            "The worker does not understand its configuration or the request.",
            "Compare the versions of livekit-server and livekit-egress.",
        ),
        (
            "no supported codec",
            "No codec suits all outputs at once.",
            "Start one job for each kind of output, or choose another file type.",
        ),
        (
            "no supported file output type",
            "No file type can hold the chosen codecs.",
            "Choose another file type, or other codecs.",
        ),
        (
            "incompatible with codec",
            "The format cannot hold this codec.",
            "Choose another file type or codec.",
        ),
        (
            "not yet supported",
            "This worker's version cannot do that.",
            "Update livekit-egress, or ask for something else.",
        ),
        (
            "missing or invalid field",
            "The worker does not accept a field of the request.",
            "Look at the request below, and at the field that it names.",
        ),
        (
            "below the",
            "A value of the request is smaller than the worker allows.",
            "Raise the value that it names.",
        ),
        (
            "invalid url",
            "The address is none that the worker can send to.",
            "RTMP wants rtmp(s)://host/app/key, SRT wants srt://host:port.",
        ),
        (
            "subscribe to track",
            "The worker could not get the track's media.",
            "Was the track still published? Check the worker's network to LiveKit (UDP, TURN).",
        ),
        (
            "connection to room failed",
            "The worker lost the room, so the recording ends early.",
            "Check the worker's network to LiveKit, and its ws_url.",
        ),
        (
            "source closed",
            "The room closed, or what was recorded left it.",
            "That is the usual end of a recording.",
        ),
        ("stopegress api", "Somebody stopped it.", "That is the usual end of a recording."),
        (
            "all streams stopped",
            "All its streams were taken out or failed, so nothing was left to do.",
            "See each stream's own error.",
        ),
        (
            "is disabled for this account",
            "The worker's configuration does not allow that.",
            "Change the worker's configuration.",
        ),
        (
            "handler failed to start",
            "The worker could not start its recorder process.",
            "Look into the worker's log: memory, /tmp, the container's shared memory.",
        ),
        (
            "failed to launch",
            "The worker could not start Chrome or another program it needs.",
            "Look into the worker's log; its container wants --cap-add=SYS_ADMIN for Chrome.",
        ),
        (
            "could not connect to .*: connection refused",
            "Nothing accepts connections at the stream's address.",
            "Check host and port, and that the server runs and can be reached from the worker.",
        ),
        (
            "error resolving",
            "The stream's host name does not resolve.",
            "Check the address for typing errors, and the DNS of the worker's machine.",
        ),
        (
            r"netstream\.publish|'publish' cmd failed",
            "The server rejected the stream, most often because the stream key is wrong or in use.",
            "Copy the key again from the streaming service, and end other streams that use it.",
        ),
        (
            "could not create element",
            "The worker's GStreamer lacks a plugin that the job needs.",
            "Run the official livekit/egress image, or install the missing plugin. The worker ends "
            "itself after this error: check that it was restarted.",
        ),
        (
            "internal data stream error",
            "GStreamer's pipeline in the worker broke.",
            "The worker's log names the element that failed, under this job's ID.",
        ),
        (
            "pipeline frozen",
            "The recorder stood still and was ended.",
            "Mostly too little CPU, or a stream's other end that takes nothing.",
        ),
        (
            "persistent flowflushing",
            "A track came to a standstill, so the recording ends early.",
            "Start it again; where it happens often, look at the publisher's network.",
        ),
        (
            "participant .* not found",
            "The participant was not in the room.",
            "Start it while the participant is there.",
        ),
        (
            "track .* not found",
            "The track was not in the room any more.",
            "Start it again with a track that is published now.",
        ),
        (
            "stream .* not found",
            "The job has no stream of that address.",
            "Give the address in full, with its key.",
        ),
    )
)
UNKNOWN = Explanation(
    "The worker says no more than this.",
    "Its log has the details under this job's id.",
)


def explain(error: str) -> Explanation:
    """Return what an error means, and what to do about it."""
    return look_up(WORDS, error) or UNKNOWN
