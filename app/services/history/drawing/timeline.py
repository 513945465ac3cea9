"""The drawing of a session: lanes with bars and crosses, whose x positions are percentages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.services.history.connections import Connection
from app.services.history.drawing.people import PastTrack, Person, is_lost
from app.services.history.drawing.scale import SHORTEST, Scale, Window
from app.services.history.parts.works import PastJob, PastRun
from app.services.history.sessions import Session
from app.services.history.states import Source
from app.services.livekit.enums import Newer
from app.services.rooms.states import ParticipantKind

PARTS = 12  # of the strip, each a link that zooms
TOP, HEIGHT, THIN, STEP = 3, 10, 3, 5  # pixels: a connection, and the tracks below it
THINNEST = 0.15  # percent, so that a moment can be seen
SOURCES = {
    Source.MICROPHONE: "mic",
    Source.CAMERA: "cam",
    Source.SCREEN_SHARE: "screen",
    Source.SCREEN_SHARE_AUDIO: "screen",
}
STYLES = {
    ParticipantKind.AGENT: "agent",
    ParticipantKind.SIP: "sip",
    ParticipantKind.EGRESS: "rec",
    ParticipantKind.INGRESS: "ing",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a lane; `until` is None for what is still open. `what` names it."""

    style: str
    x: float
    width: float
    y: int
    height: int
    what: Any
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Cross:
    """A moment that is marked: an aborted join, or a connection that was lost."""

    x: float
    at: datetime
    aborted: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one thing: thin ones below, of which `height` pixels have room."""

    of: Any
    bars: Sequence[Bar]
    crosses: Sequence[Cross] = ()
    height: int = TOP * 2 + HEIGHT


@dataclass(frozen=True, slots=True)
class Strip:
    """The curve of how many were there over all of the session, and the part that is shown.

    `area` and `line` are paths in a box of 100 by 100.
    """

    area: str
    line: str
    peak: int
    x: float
    width: float
    parts: Sequence[tuple[float, float, Window]]


def room_lane(session: Session, scale: Scale) -> Lane:
    """Return the lane of the room itself."""
    return Lane(session, list(_span("conn room", scale, session, "room", now=scale.whole.until)))


def work_lane(work: PastJob | PastRun, scale: Scale) -> Lane:
    """Return the lane of an egress job or an ingress run."""
    style = "conn rec" if isinstance(work, PastJob) else "conn ing"
    return Lane(work, list(_span(style, scale, work, work.id, now=scale.whole.until)))


def person_lane(person: Person, scale: Scale) -> Lane:
    """Return the lane of a participant: connections, and the tracks below them."""
    now = scale.whole.until
    bars: list[Bar] = []
    crosses: list[Cross] = []
    for each in person.connections:
        if each.aborted:
            crosses += _cross(scale, each.joined_at, aborted=True)
            continue
        bars += _connection(scale, each, now)
        if each.left_at and is_lost(each):
            crosses += _cross(scale, each.left_at, aborted=False)
    rows: dict[str, int] = {}
    for track in person.tracks:
        style = _style(track)
        row = rows.setdefault(style, len(rows))
        y = TOP + HEIGHT + 2 + row * STEP
        end = track.unpublished_at or _end_of(person, track, now)
        bars += _bar(f"trk {style}", scale, track.published_at, end, y, track.source)
    below = len(rows) * STEP + 1 if rows else 0
    return Lane(person, bars, crosses, TOP * 2 + HEIGHT + below)


def _end_of(person: Person, track: PastTrack, now: datetime) -> datetime:
    """Return when a track ended that was never unpublished: with the connection it belonged to."""
    ends = [
        each.left_at or now
        for each in person.connections
        if each.joined_at <= track.published_at and (each.left_at or now) >= track.published_at
    ]
    return min(ends, default=now)


def _style(track: PastTrack) -> str:
    source = track.source
    if not isinstance(source, Newer) and source in SOURCES:
        return SOURCES[source]
    return {"audio": "mic", "video": "cam"}.get(track.type, "data")


def _connection(scale: Scale, each: Connection, now: datetime) -> Iterator[Bar]:
    style = STYLES.get(each.kind, "") if isinstance(each.kind, ParticipantKind) else ""
    if each.joined_inferred:
        before = scale.window.length / 100
        yield from _bar(
            "inferred", scale, each.joined_at - before, each.joined_at, TOP, "start", HEIGHT
        )
    end = each.left_after if each.left_inferred and each.left_after else each.left_at
    yield from _bar(f"conn {style}".strip(), scale, each.joined_at, end or now, TOP, "", HEIGHT)
    if each.left_inferred and end and each.left_at:
        yield from _bar("inferred", scale, end, each.left_at, TOP, "end", HEIGHT)


def _span(style: str, scale: Scale, each: Any, what: Any, now: datetime) -> Iterator[Bar]:
    end = each.ended_after if each.ended_inferred and each.ended_after else each.ended_at
    yield from _bar(style, scale, each.started_at, end or now, TOP, what, HEIGHT)
    if each.ended_inferred and each.ended_at:
        yield from _bar("inferred", scale, end or each.ended_at, each.ended_at, TOP, "end", HEIGHT)


def _bar(
    style: str,
    scale: Scale,
    since: datetime,
    until: datetime,
    y: int,
    what: Any,
    height: int = THIN,
) -> Iterable[Bar]:
    """Return a bar as far as it is in the window: none if it isn't."""
    start, end = scale.x(since), scale.x(max(until, since))
    if end < 0 or start > 100:
        return ()
    x = min(max(start, 0.0), 100 - THINNEST)
    width = round(max(min(end, 100.0) - x, THINNEST), 3)
    return (Bar(style, x, width, y, height, what, since, until),)


def _cross(scale: Scale, at: datetime, *, aborted: bool) -> Iterable[Cross]:
    x = scale.x(at)
    return (Cross(x, at, aborted),) if 0 <= x <= 100 else ()


def strip(steps: Sequence[tuple[datetime, int]], scale: Scale) -> Strip:
    """Return the curve of participants over all of the session."""
    whole = Scale(scale.whole, scale.whole)
    peak = max((number for _, number in steps), default=0)
    line, height = [], 100.0
    for moment, number in steps:
        x = min(max(whole.x(moment), 0.0), 100.0)
        level = 100 - number / peak * 92 if peak else 100.0
        line.append(f"L{x:g} {height:g}L{x:g} {level:g}")
        height = level
    path = f"M0 100{''.join(line)}L100 {height:g}"
    step = scale.whole.length / PARTS
    parts = [
        (
            round(number * 100 / PARTS, 3),
            round(100 / PARTS, 3),
            Window(scale.whole.since + step * number, scale.whole.since + step * (number + 1)),
        )
        for number in range(PARTS)
        if step >= SHORTEST
    ]
    x = whole.x(scale.window.since)
    return Strip(
        f"{path}L100 100Z", path, peak, x, round(whole.x(scale.window.until) - x, 3), parts
    )
