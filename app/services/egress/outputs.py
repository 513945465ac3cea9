"""The outputs of an egress job: its results, or, before there are any, the requested ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from livekit.api import EgressInfo
from livekit.protocol import egress

from app.services.egress.errors import WORDS
from app.services.egress.states import OutputKind, StreamStatus
from app.services.explanations import Explanation, look_up
from app.services.livekit import redaction
from app.services.livekit.enums import Newer, from_proto
from app.services.livekit.times import from_nanoseconds, span


@dataclass(frozen=True, slots=True)
class Output:
    """One output; None is what LiveKit didn't report. `size` is in bytes.

    `name` is the file, playlist, prefix, or the URL without its key; `count` the number of
    segments or images.
    """

    kind: OutputKind
    name: str
    location: str = ""
    live_playlist: str = ""
    size: int | None = None
    count: int | None = None
    duration: timedelta | None = None
    started: datetime | None = None
    ended: datetime | None = None
    status: StreamStatus | Newer | None = None
    error: str = ""
    retries: int = 0
    retried: datetime | None = None

    @property
    def explanation(self) -> Explanation | None:
        """What its error means; None without an error, or if nothing more is known."""
        return look_up(WORDS, self.error) if self.error else None

    def __str__(self) -> str:
        """The output as one line of a spreadsheet's cell."""
        return f"{self.kind}: {self.location or self.name}"


def outputs(info: EgressInfo) -> tuple[Output, ...]:
    """Return the job's results, and the requested outputs of each type without a result yet."""
    results = [*_results(info)]
    known = {output.kind for output in results}
    return (*results, *(output for output in _requested(info) if output.kind not in known))


def request_of(info: EgressInfo) -> Any:
    """Return the request that the job was started with; None if LiveKit reports none."""
    kind = info.WhichOneof("request")
    return getattr(info, kind) if kind else None


def _results(info: EgressInfo) -> Iterator[Output]:
    yield from map(_file, info.file_results)
    yield from map(_stream, info.stream_results)
    yield from map(_segments, info.segment_results)
    yield from map(_images, info.image_results)


def _file(result: egress.FileInfo) -> Output:
    return Output(
        OutputKind.FILE,
        result.filename,
        redaction.text(result.location),
        size=result.size or None,
        duration=span(result.duration),
        started=from_nanoseconds(result.started_at),
        ended=from_nanoseconds(result.ended_at),
    )


def _stream(result: egress.StreamInfo) -> Output:
    websocket = result.url.startswith(("ws://", "wss://"))
    return Output(
        OutputKind.WEBSOCKET if websocket else OutputKind.STREAM,
        redaction.address(result.url),
        duration=span(result.duration),
        started=from_nanoseconds(result.started_at),
        ended=from_nanoseconds(result.ended_at),
        status=from_proto(StreamStatus, egress.StreamInfo.Status, result.status),
        error=redaction.text(result.error),
        retries=result.retries,
        retried=from_nanoseconds(result.last_retry_at),
    )


def _segments(result: egress.SegmentsInfo) -> Output:
    return Output(
        OutputKind.SEGMENTS,
        result.playlist_name,
        redaction.text(result.playlist_location),
        redaction.text(result.live_playlist_location or result.live_playlist_name),
        size=result.size or None,
        count=result.segment_count or None,
        duration=span(result.duration),
        started=from_nanoseconds(result.started_at),
        ended=from_nanoseconds(result.ended_at),
    )


def _images(result: egress.ImagesInfo) -> Output:
    # the message has no duration, unlike the others
    ended = result.ended_at if result.started_at else 0
    return Output(
        OutputKind.IMAGES,
        result.filename_prefix,
        count=result.image_count or None,
        duration=span(max(ended - result.started_at, 0)) if ended else None,
        started=from_nanoseconds(result.started_at),
        ended=from_nanoseconds(result.ended_at),
    )


def _requested(info: EgressInfo) -> Iterator[Output]:
    """Yield the requested outputs, from every field that old and new requests have for them."""
    request = request_of(info)
    if request is None:
        return
    for output in getattr(request, "outputs", ()):
        yield from _planned(getattr(output, output.WhichOneof("config") or "", None))
    for field in ("file_outputs", "stream_outputs", "segment_outputs", "image_outputs"):
        for planned in getattr(request, field, ()):
            yield from _planned(planned)
    if "output" in request.DESCRIPTOR.oneofs_by_name and request.WhichOneof("output"):
        yield from _planned(getattr(request, request.WhichOneof("output")))


def _planned(output: Any) -> Iterable[Output]:
    match output:
        case str():  # a track's websocket
            return [Output(OutputKind.WEBSOCKET, redaction.address(output))]
        case egress.StreamOutput():
            urls = [*output.urls, *(to.url for to in output.destinations)]
            return [Output(OutputKind.STREAM, redaction.address(url)) for url in urls]
        case egress.SegmentedFileOutput():
            return [Output(OutputKind.SEGMENTS, output.playlist_name or output.filename_prefix)]
        case egress.ImageOutput():
            return [Output(OutputKind.IMAGES, output.filename_prefix)]
        case None:
            return []
        case _:
            return [Output(OutputKind.FILE, output.filepath)]
