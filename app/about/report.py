"""The support report: what somebody who is to help needs to know, and nothing secret."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from app.about.configuration import Line
from app.labels.table import label_of
from app.services.livekit.clock import Clock
from app.services.livekit.seen import ServerSeen
from app.services.server.capabilities import Capability
from app.text.formatters import milliseconds


def text(
    versions: Mapping[str, str],
    seen: ServerSeen,
    clock: Clock | None,
    capabilities: Iterable[Capability],
    groups: Mapping[str, Iterable[Line]],
) -> str:
    """Give the report: no secret, no key, no user name, and no name of a room or participant."""
    now = datetime.now(UTC).isoformat(" ", "seconds")
    lines = [f"LiveKit Dashboard, support report of {now}", "", "Versions"]
    lines += [f"  {name}: {number}" for name, number in versions.items()]
    lines += ["  LiveKit server: not told", "", "Server", *_server(seen, clock), "", "Capabilities"]
    lines += [
        f"  {c.name}: {label_of(c.reach).text}, {c.text}. {c.advice}".rstrip() for c in capabilities
    ]
    for title, settings in groups.items():
        lines += ["", f"Settings: {title}"]
        lines += [f"  {s.name}={s.report} ({s.source})" for s in settings]
    return "\n".join(lines) + "\n"


def _server(seen: ServerSeen, clock: Clock | None) -> Iterator[str]:
    if seen.reachable:
        yield f"  Answers: {seen.call} took {milliseconds(seen.latency_ms)} ms"
    else:
        yield f"  Does not answer: {seen.reason}"
    if clock is None:
        yield "  Clock: not told"
    else:
        low, high = clock.low.total_seconds(), clock.high.total_seconds()
        yield f"  Clock: {low:+.1f} s to {high:+.1f} s from the dashboard's"
