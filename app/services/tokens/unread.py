"""The claims of a token that LiveKit ignores, with the claim that was probably meant.

Names: protocol, auth/grants.go; below roomConfig, the RoomConfiguration message in protobuf's JSON
mapping, which LiveKit reads with unknown fields discarded (protocol, utils/protojson).
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from livekit.protocol import models
from livekit.protocol.room import RoomConfiguration

from app.services.tokens.claims import GRANTS, TYPES, Claims, short

REGISTERED = ("exp", "nbf")
PATHS = (*TYPES, *REGISTERED)
# What people write for a claim that has quite another name.
MEANT = {"identity": "sub", "ttl": "exp", "expires": "exp", "grants": "video", "grant": "video"}
SOURCES = {name.lower() for name in dict(models.TrackSource.items())}
MOST = 20  # notes on one token


def ignored(claims: Claims) -> Iterator[tuple[str, str]]:
    """Yield the path of each claim that LiveKit ignores, and the claim meant, or an empty text."""
    for number, note in enumerate(_ignored(claims)):
        if number < MOST:
            yield note


def _ignored(claims: Claims) -> Iterator[tuple[str, str]]:
    yield from _unknown(claims, "")
    for part in GRANTS:
        if isinstance(inner := claims.get(part), dict):
            yield from _unknown(inner, f"{part}.")
    video = claims.get("video")
    yield from _sources(video.get("canPublishSources") if isinstance(video, dict) else None)
    yield from _fields(claims.get("roomConfig"), RoomConfiguration.DESCRIPTOR, "roomConfig")


def _unknown(claims: Claims, before: str) -> Iterator[tuple[str, str]]:
    for name in claims:
        if f"{before}{name}" not in PATHS:
            yield f"{before}{short(name)}", _near(name, before)


def _near(name: str, before: str) -> str:
    """Return the claim that a wrong name probably means: another place, spelling or name."""
    plain = _plain(name)
    same = [path for path in PATHS if _plain(path.rpartition(".")[2]) == plain]
    if same:
        return next((path for path in same if path.startswith(before)), same[0])
    if not before and plain in MEANT:
        return MEANT[plain]
    siblings = [p for p in PATHS if p.rpartition(".")[0] == before.rstrip(".")]
    close = _closest(name, [path.rpartition(".")[2] for path in siblings])
    return f"{before}{close}" if close else ""


def _sources(named: Any) -> Iterator[tuple[str, str]]:
    for source in named if isinstance(named, list) else ():
        if isinstance(source, str) and source.lower() not in SOURCES:
            meant = next((known for known in SOURCES if known.startswith(source.lower())), "")
            close = (meant if source else "") or _closest(source, SOURCES)
            yield f"video.canPublishSources: {short(source)}", close


def _fields(value: Any, message: Any, path: str) -> Iterator[tuple[str, str]]:
    """Walk an object as the message it is read into; a wrong type is LiveKit's own to refuse."""
    if not isinstance(value, dict):
        return
    fields = {name: f for f in message.fields for name in (f.json_name, f.name)}
    for name, inner in value.items():
        if name not in fields:
            close = _closest(name, [field.json_name for field in message.fields])
            yield f"{path}.{short(name)}", f"{path}.{close}" if close else ""
        elif (kind := fields[name].message_type) and not kind.GetOptions().map_entry:
            many = inner if isinstance(inner, list) else [inner]
            place = f"{path}.{name}[]" if isinstance(inner, list) else f"{path}.{name}"
            for each in many:
                yield from _fields(each, kind, place)


def _closest(name: str, known: Iterable[str]) -> str:
    names = {_plain(each): each for each in known}
    close = get_close_matches(_plain(name)[:100], names, 1, 0.75)
    return names[close[0]] if close else ""


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
