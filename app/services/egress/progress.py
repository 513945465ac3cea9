"""How far an output of a job has come.

LiveKit reports a status only for streams. For files, segments and images it follows from the job's
status; livekit-egress sets a file's location after the upload (pkg/pipeline/sink/file.go).
"""

from dataclasses import dataclass

from app.services.egress.outputs import Output
from app.services.egress.states import EgressStatus, OutputKind, OutputState
from app.services.livekit.enums import Newer

CONTINUOUS = frozenset({OutputKind.SEGMENTS, OutputKind.IMAGES})  # uploaded while the job runs
WRITTEN = CONTINUOUS | {OutputKind.FILE}
BY_STATUS = {
    EgressStatus.STARTING: OutputState.PENDING,
    EgressStatus.ENDING: OutputState.UPLOADING,
    EgressStatus.COMPLETE: OutputState.DONE,
    EgressStatus.LIMIT_REACHED: OutputState.DONE,
    EgressStatus.FAILED: OutputState.FAILED,
    EgressStatus.ABORTED: OutputState.NOT_RECORDED,
}
RUNNING = frozenset({EgressStatus.STARTING, EgressStatus.ACTIVE, EgressStatus.ENDING})


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of an output; `inferred` from the job's status if LiveKit doesn't report it."""

    state: OutputState
    inferred: bool = False


def progress(status: EgressStatus | Newer, output: Output, *, orphaned: bool) -> Progress:
    """Return how far the output of a job with this status has come.

    The status of a job that is `orphaned` says nothing.
    """
    if output.location and output.kind is OutputKind.FILE:
        return Progress(OutputState.DONE)
    if orphaned or isinstance(status, Newer):
        return Progress(OutputState.UNKNOWN)
    if status is EgressStatus.ACTIVE:
        return Progress(_while_active(output.kind), inferred=output.kind in WRITTEN)
    if status is EgressStatus.ENDING and output.kind not in WRITTEN:
        return Progress(OutputState.UNKNOWN)
    return Progress(BY_STATUS[status], inferred=True)


def _while_active(kind: OutputKind) -> OutputState:
    if kind in CONTINUOUS:
        return OutputState.UPLOADING
    return OutputState.RECORDING if kind is OutputKind.FILE else OutputState.UNKNOWN
