"""The support report: what is needed to help with a problem, without secrets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from app.about.configuration import Line
from app.labels.table import label_of
from app.services.livekit.seen import ServerSeen
from app.services.server.capabilities import Capability
from app.services.server.clock import Clock
from app.text.formatters import milliseconds


def text(
    versions: Mapping[str, str],
    seen: ServerSeen,
    clock: Clock | None,
    capabilities: Iterable[Capability],
    groups: Mapping[str, Iterable[Line]],
) -> str:
    """Return the report; it has no secret, key, user name, or name of a room or participant."""
    now = datetime.now(UTC).isoformat(" ", "seconds")
    lines = [f"LiveKit Dashboard, support report of {now}", "", "Versions"]
    lines += [f"  {name}: {number}" for name, number in versions.items()]
    lines += ["  LiveKit server: unknown", "", "Server", *_server(seen, clock), "", "Services"]
    lines += [
        f"  {c.name}: {label_of(c.reach).text}, {c.text}. {c.advice}".rstrip() for c in capabilities
    ]
    for title, settings in groups.items():
        lines += ["", f"Settings: {title}"]
        lines += [f"  {s.name}={s.report} ({s.source})" for s in settings]
    return "\n".join(lines) + "\n"


def _server(seen: ServerSeen, clock: Clock | None) -> Iterator[str]:
    status = "Unauthorized" if seen.state == "unauthorized" else "Unreachable"
    if seen.reachable:
        yield f"  Reachable: {seen.call} took {milliseconds(seen.latency_ms)} ms"
    else:
        yield f"  {status}: {seen.reason}"
    if clock is None:
        yield "  Clock: unknown"
    else:
        low, high = clock.low.total_seconds(), clock.high.total_seconds()
        yield f"  Clock skew: {low:+.1f} s to {high:+.1f} s from the dashboard's"
