"""What LiveKit's errors mean: Twirp codes and broken connections, each in plain words once.

Codes: https://twitchtv.github.io/twirp/docs/spec_v7.html#error-codes
"""

import errno
import os
import re
from collections.abc import Iterable

import aiohttp
from livekit.api import ServerError, SipCallError

from app.errors import (
    BadAnswer,
    CallFailed,
    Invalid,
    LiveKitConflict,
    LiveKitError,
    LiveKitInvalid,
    LiveKitNotFound,
    Refused,
    RpcFailed,
    TimedOut,
    Unavailable,
    Unsupported,
)
from app.services.livekit import redaction
from app.services.livekit.sip_codes import meaning

RPC_ERROR = re.compile(r"RpcError (?P<code>\d{1,9}): (?P<said>.*)", re.DOTALL)
# What LiveKit says where no worker or node answers it (psrpc, errors.go).
SILENT = "no response from servers"
# What LiveKit says if it has lost a room, or the node that held one (routing/errors.go).
NO_OBJECT = "could not find object"

LONGEST = 500  # characters of what LiveKit says that a page repeats
NO_ROUTE = "Its version may not have this call yet, or LIVEKIT_URL may have a path too many."
OUTCOME_UNKNOWN = "We couldn't confirm whether this succeeded. Check before you try again."

UNTRUSTED = (
    "If your own certificate authority signed it, set SSL_CERT_FILE to its certificate "
    "in the environment of the dashboard (not in .env)."
)

KINDS: dict[str, type[LiveKitError]] = {
    "unauthenticated": Refused,
    "permission_denied": Refused,
    "not_found": LiveKitNotFound,
    "already_exists": LiveKitConflict,
    "aborted": LiveKitConflict,
    "failed_precondition": LiveKitConflict,
    "resource_exhausted": LiveKitConflict,
    "invalid_argument": LiveKitInvalid,
    "malformed": LiveKitInvalid,
    "out_of_range": LiveKitInvalid,
    "unimplemented": Unsupported,
    "unavailable": Unavailable,
    "deadline_exceeded": Unavailable,
    "internal": LiveKitError,
    "dataloss": LiveKitError,
    "canceled": LiveKitError,
}


class NeedsRedis(Unsupported):
    """This LiveKit server has no Redis, which the feature needs."""

    advice = "Set redis.address in LiveKit's configuration."


def translate(name: str, error: ServerError) -> LiveKitError:
    """Return the error of ours for LiveKit's answer to the call `name`."""
    if error.status == 401:  # in plain text, without a code, and with the token in it
        return Refused(f"{name}: LiveKit does not accept the API key, the secret or the clock.")
    if isinstance(error, SipCallError):
        return _call_failed(error)
    said = readable(error.message)
    if answered := RPC_ERROR.fullmatch(said):  # before all else: the rest is a participant's text
        return RpcFailed(answered["said"], code=int(answered["code"]))
    if "redis required" in said:
        return NeedsRedis(f"{name}: {said}")
    if NO_OBJECT in said and name != "CreateRoom":
        return Unavailable(
            f"{name}: the server node that held it is gone ({said}).",
            advice="LiveKit removes it automatically, or when somebody joins it again.",
        )
    if "participant does not exist" in said:
        return LiveKitNotFound("This participant is not in the room any more.")
    if error.code == "bad_route":
        return Unsupported(f"{name}: {said or error.code}", advice=NO_ROUTE)
    kind = KINDS.get(error.code)
    if kind is None and not said:
        return BadAnswer(f"{name}: it answered with status {error.status} and no LiveKit error.")
    return (kind or LiveKitError)(f"{name}: {said or readable(error.code)}")


def readable(said: str) -> str:
    """Return LiveKit's words as a page may repeat them: short, valid, without secrets."""
    whole = said.encode(errors="replace").decode().removeprefix("twirp error unknown: ")
    shown = redaction.text(whole)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _call_failed(error: SipCallError) -> CallFailed:
    code = error.sip_status_code or 0
    text, advice = meaning(code)
    said = readable(f"{code} {error.sip_status or ''}".strip() if code else error.message)
    return CallFailed(f"{text} ({said})", advice=advice, code=code)


def field_about(said: str, about: Iterable[tuple[str, str]]) -> str | None:
    """Return the form field that LiveKit's words are about, by pairs of words and field."""
    return next((field for words, field in about if words in said), None)


def broken_connection(host: str, error: aiohttp.ClientError) -> LiveKitError:
    """Return the error of ours for a connection that failed before an answer was whole."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return Unavailable(
                f"{host}: its TLS certificate isn't trusted: {error.certificate_error}",
                advice=UNTRUSTED,
            )
        case aiohttp.ClientSSLError():
            return Unavailable(f"{host}: TLS failed: {error}")
        case aiohttp.InvalidURL():
            return Unavailable(f"{host}: not an address that can be connected to.")
        case aiohttp.ClientConnectorDNSError():
            return Unavailable(f"{host}: the name cannot be resolved.")
        case aiohttp.ClientConnectorError():
            # asyncio's own text is a repr of the address; the number says what happened
            return Unavailable(f"{host}: {os.strerror(error.errno or errno.ECONNREFUSED)}.")
        case aiohttp.ClientPayloadError():
            return Unavailable(f"{host}: the connection broke before the answer was whole.")
        case aiohttp.ClientConnectionError():
            return Unavailable(f"{host}: the connection broke before there was an answer.")
        case aiohttp.ClientResponseError():
            return BadAnswer(f"{host}: the answer is not HTTP as LiveKit speaks it.")
        case _:
            return Unavailable(f"{host}: the request failed: {type(error).__name__}.")


def came_to(error: LiveKitError | Invalid) -> str:
    """Return what one step of many came to, in a line: of wrong fields, what is wrong."""
    if error.fields:
        return " ".join(error.fields.values())
    if isinstance(error, LiveKitError) and error.outcome_unknown:
        return f"{error.reason} {OUTCOME_UNKNOWN}"
    return error.reason


def is_lost(error: LiveKitError) -> bool:
    """Return whether LiveKit may have done it, although no answer of its own arrived."""
    cause = error.__cause__
    unsent = isinstance(cause, aiohttp.ClientConnectorError)
    broke = isinstance(cause, aiohttp.ClientError | OSError) and not unsent
    return broke or isinstance(error, TimedOut | BadAnswer)
