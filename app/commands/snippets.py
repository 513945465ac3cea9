"""Code that creates the same token, in Python and JavaScript, safe whatever its texts contain.

Key and secret come from LIVEKIT_API_KEY and LIVEKIT_API_SECRET: no snippet holds one. Written for
livekit-api of Python and livekit-server-sdk of Node, AccessToken of each.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from app.commands.shell import BLANK

Claims = Mapping[str, Any]
Text = Callable[[str], str]

HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
SOURCES = {
    "camera": "TrackSource.CAMERA",
    "microphone": "TrackSource.MICROPHONE",
    "screen_share": "TrackSource.SCREEN_SHARE",
    "screen_share_audio": "TrackSource.SCREEN_SHARE_AUDIO",
}


def python(claims: Claims, seconds: int) -> str:
    """Return a Python program that prints a token with these claims."""
    calls = [
        f".with_{name}({_python(claims[claim])})"
        for claim, name in (("sub", "identity"), ("name", "name"), ("kind", "kind"))
        if claims.get(claim)
    ]
    calls.append(f".with_ttl(timedelta(seconds={seconds}))")
    calls += [
        f".with_{_snake(claim)}({_python(claims[claim])})"
        for claim in ("metadata", "attributes", "sha256", "roomPreset")
        if claims.get(claim)
    ]
    for claim, grants in (("video", "VideoGrants"), ("sip", "SIPGrants"), ("agent", "AgentGrants")):
        if claims.get(claim):
            name = "grants" if claim == "video" else f"{claim}_grants"
            calls.append(f".with_{name}(api.{grants}({_keywords(claims[claim])}))")
    lines = ["from datetime import timedelta", "", "from livekit import api"]
    if claims.get("roomConfig"):
        lines.insert(2, "from google.protobuf.json_format import ParseDict")
        config = _python(claims["roomConfig"])
        calls.append(f".with_room_config(ParseDict({config}, api.RoomConfiguration()))")
    calls.append(".to_jwt()")
    lines += ["", "# LIVEKIT_API_KEY and LIVEKIT_API_SECRET are read from the environment"]
    lines += ["token = (", "    api.AccessToken()", *(f"    {call}" for call in calls), ")"]
    return "\n".join([*lines, "print(token)"])


def javascript(claims: Claims, seconds: int) -> str | None:
    """Return a JavaScript module that prints such a token, or None if its SDK cannot."""
    if claims.get("agent"):
        return None
    options = {
        name: claims[claim]
        for claim, name in (("sub", "identity"), ("name", "name"))
        if claims.get(claim)
    }
    options["ttl"] = seconds
    options |= {name: claims[name] for name in ("metadata", "attributes") if claims.get(name)}
    imports = ["AccessToken"]
    lines = [f"const token = new AccessToken(undefined, undefined, {_javascript(options)});"]
    sources = claims["video"].get("canPublishSources")
    rest = {k: v for k, v in claims["video"].items() if k != "canPublishSources"}
    grants = _javascript(rest)
    if sources:
        imports.append("TrackSource")
        named = ", ".join(SOURCES[source] for source in sources)
        grants = f'{grants[:-1]}{", " if rest else ""}"canPublishSources": [{named}]}}'
    lines.append(f"token.addGrant({grants});")
    if claims.get("sip"):
        lines.append(f"token.addSIPGrant({_javascript(claims['sip'])});")
    for name in ("kind", "sha256", "roomPreset"):
        if claims.get(name):
            lines.append(f"token.{name} = {_javascript(claims[name])};")
    if claims.get("roomConfig"):
        imports.append("RoomConfiguration")
        config = _javascript(claims["roomConfig"])
        lines.append(f"token.roomConfig = RoomConfiguration.fromJson({config});")
    head = f'import {{ {", ".join(imports)} }} from "livekit-server-sdk";'
    note = "// LIVEKIT_API_KEY and LIVEKIT_API_SECRET are read from the environment"
    return "\n".join([head, "", note, *lines, "console.log(await token.toJwt());"])


def _snake(name: str) -> str:
    return HUMP.sub("_", name).lower()


def _keywords(grants: Claims) -> str:
    return ", ".join(f"{_snake(name)}={_python(value)}" for name, value in grants.items())


def _plain(text: str) -> bool:
    """Return True if every character of a text is visible and unambiguous."""
    return text.isprintable() and not BLANK.search(text)


def _python(value: Any) -> str:
    return _literal(value, _python_text, _python_text, repr)


def _python_text(text: str) -> str:
    return repr(text) if _plain(text) else ascii(text)


def _javascript(value: Any) -> str:
    return _literal(value, _javascript_text, _javascript_key, json.dumps)


def _javascript_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=not _plain(text))


def _javascript_key(text: str) -> str:
    """A key named __proto__ would set the prototype, unless it is computed."""
    return f"[{_javascript_text(text)}]" if text == "__proto__" else _javascript_text(text)


def _literal(value: Any, text: Text, key: Text, other: Callable[[Any], str]) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        pairs = (f"{key(k)}: {_literal(v, text, key, other)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item, text, key, other) for item in value) + "]"
    return other(value)
