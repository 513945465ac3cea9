"""LiveKit's errors: what Twirp codes and broken connections mean, in plain words.

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
from app.text.paths import EGRESS, INGRESS, TRUNKS

RPC_ERROR = re.compile(r"RpcError (?P<code>\d{1,9}): (?P<message>.*)", re.DOTALL)
# LiveKit's message if no worker or node responds to it (psrpc, errors.go).
SILENT = "no response from servers"
# LiveKit's message if it has lost a room, or the node of a room (routing/errors.go).
NO_OBJECT = "could not find object"

LONGEST = 500  # characters of LiveKit's message that a page shows
NO_ROUTE = "Its version may not have this call yet, or LIVEKIT_URL may have an extra path."
# The page that shows what a part needs, by what the names of its calls contain.
SET_UP = {
    "Egress": ("Set up egress", EGRESS),
    "Ingress": ("Set up ingress", INGRESS),
    "SIP": ("Set up telephony", TRUNKS),
}
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

    def __init__(self, reason: str = "", *, call: str = "") -> None:
        super().__init__(reason)
        self.links = tuple(link for name, link in SET_UP.items() if name in call)


def translate(name: str, error: ServerError) -> LiveKitError:
    """Return our error for LiveKit's answer to the call `name`."""
    if error.status == 401:  # in plain text, without a code, and with the token in it
        return Refused(f"{name}: LiveKit does not accept the API key, the secret or the clock.")
    if isinstance(error, SipCallError):
        return _call_failed(error)
    message = readable(error.message)
    if rpc_error := RPC_ERROR.fullmatch(message):  # first, because the rest is a participant's text
        return RpcFailed(rpc_error["message"], code=int(rpc_error["code"]))
    if "redis required" in message:
        return NeedsRedis(f"{name}: {message}", call=name)
    if NO_OBJECT in message and name != "CreateRoom":
        return Unavailable(
            f"{name}: the server node that held it is gone ({message}).",
            advice="LiveKit removes it automatically, or when somebody joins it again.",
        )
    if "participant does not exist" in message:
        return LiveKitNotFound("This participant is not in the room any more.")
    if error.code == "bad_route":
        return Unsupported(f"{name}: {message or error.code}", advice=NO_ROUTE)
    kind = KINDS.get(error.code)
    if kind is None and not message:
        return BadAnswer(f"{name}: it answered with status {error.status} and no LiveKit error.")
    return (kind or LiveKitError)(f"{name}: {message or readable(error.code)}")


def readable(message: str) -> str:
    """Return LiveKit's message as a page may show it: short, valid, without secrets."""
    whole = message.encode(errors="replace").decode().removeprefix("twirp error unknown: ")
    shown = redaction.text(whole)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _call_failed(error: SipCallError) -> CallFailed:
    code = error.sip_status_code or 0
    text, advice = meaning(code)
    message = readable(f"{code} {error.sip_status or ''}".strip() if code else error.message)
    return CallFailed(f"{text} ({message})", advice=advice, code=code)


def field_about(message: str, about: Iterable[tuple[str, str]]) -> str | None:
    """Return the form field that LiveKit's message is about, by pairs of words and field."""
    return next((field for words, field in about if words in message), None)


def broken_connection(host: str, error: aiohttp.ClientError) -> LiveKitError:
    """Return our error for a connection that failed before the response was complete."""
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
            return Unavailable(f"{host}: the connection broke before the response was complete.")
        case aiohttp.ClientConnectionError():
            return Unavailable(f"{host}: the connection broke before there was a response.")
        case aiohttp.ClientResponseError():
            return BadAnswer(f"{host}: the response is not valid HTTP.")
        case _:
            return Unavailable(f"{host}: the request failed: {type(error).__name__}.")


def came_to(error: LiveKitError | Invalid) -> str:
    """Return why one step of a bulk action failed, in one line."""
    if error.fields:
        return " ".join(error.fields.values())
    if isinstance(error, LiveKitError) and error.outcome_unknown:
        return f"{error.reason} {OUTCOME_UNKNOWN}"
    return error.reason


def is_lost(error: LiveKitError) -> bool:
    """Return True if LiveKit may have done it although its answer didn't arrive."""
    cause = error.__cause__
    unsent = isinstance(cause, aiohttp.ClientConnectorError)
    broke = isinstance(cause, aiohttp.ClientError | OSError) and not unsent
    return broke or isinstance(error, TimedOut | BadAnswer)
