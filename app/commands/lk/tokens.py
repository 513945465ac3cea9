"""The `lk` command that makes the same token; see lk.py for what all of them keep to.

Syntax: livekit-cli v2, cmd/lk/token.go.
"""

from collections.abc import Mapping
from typing import Any

from app.commands.lk.writing import TEMPLATE, compact, flag, given, or_none
from app.commands.shell import UnsayableError, line

GRANT_FLAGS = {
    "roomJoin": "--join",
    "roomAdmin": "--admin",
    "roomCreate": "--create",
    "roomList": "--list",
    "roomRecord": "--egress",
    "ingressAdmin": "--ingress",
}
# Claims that lk has no option for.
UNSAYABLE = frozenset({"kind", "sip", "agent", "roomPreset", "sha256"})


@or_none
def create_token(*, claims: Mapping[str, Any], seconds: int) -> str:
    """Create a token with these claims (auth/grants.go).

    lk names a participant after its identity where there is no name, and makes up an identity
    if it isn't set: that matters to joins only. Of a room's options it knows one agent.
    """
    video, identity = claims["video"], claims.get("sub", "")
    if claims.keys() & UNSAYABLE or (video.get("roomJoin") and not identity):
        raise UnsayableError
    flags = [flag for claim, flag in GRANT_FLAGS.items() if video.get(claim) is True]
    words = ["token", "create", "--valid-for", f"{seconds}s", *flags]
    rest = _rest(video)
    if "room" not in rest:
        words += ["--room", video["room"]]
    for option, value in (("--identity", identity), ("--name", claims.get("name", ""))):
        words += flag(option, value) if value else []
    words += [*given({"--metadata": claims.get("metadata", "")}), *_agent(claims)]
    if rest or not flags:  # without either it would prompt
        words += ["--grant", compact(rest)]
    attributes = compact(claims["attributes"]) if claims.get("attributes") else ""
    return line("lk", *words, *_from_stdin(attributes), stdin=attributes)


def _rest(video: Mapping[str, Any]) -> dict[str, Any]:
    """Return the grants that have no flag; those allowed by default are left out."""
    rest = {k: v for k, v in video.items() if k not in GRANT_FLAGS and k != "room"}
    publishes = rest.get("canPublish", True)
    unsaid = {"canPublish": True, "canSubscribe": True, "canPublishData": publishes}
    rest = {k: v for k, v in rest.items() if unsaid.get(k) is not v}
    room = video.get("room", "")
    if not room or TEMPLATE.search(room):
        rest["room"] = room  # --grant is not expanded; without --room lk invents a name
    return rest


def _agent(claims: Mapping[str, Any]) -> list[str]:
    config = dict(claims.get("roomConfig", {}))
    agents = config.pop("agents", [])
    if config or len(agents) > 1 or (agents and not claims["video"].get("roomJoin")):
        raise UnsayableError
    if not agents:
        return []
    if agents[0].keys() - {"agentName", "metadata"} or not agents[0].get("agentName"):
        raise UnsayableError
    return [
        *("--agent", agents[0]["agentName"]),
        *given({"--job-metadata": agents[0].get("metadata", "")}),
    ]


def _from_stdin(attributes: str) -> list[str]:
    return ["--attribute-file", "/dev/stdin"] if attributes else []
