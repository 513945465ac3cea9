"""Whether a webhook is LiveKit's, as its SDKs check it: the token, then the hash of the body.

livekit-api's WebhookReceiver has the last word; what it only refuses is explained here.
Rules: protocol, webhook/verifier.go.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import jwt
from livekit.api import TokenVerifier, WebhookReceiver

from app.config.settings import Settings
from app.services.tokens import reading as tokens_reading
from app.services.tokens.claims import short
from app.services.tokens.reading import Check, Reading
from app.services.tokens.states import Verdict
from app.services.webhooks import events
from app.services.webhooks.events import NoEventError, Told
from app.text.json_text import is_utf8

HEADER = "authorization:"
TIMES = frozenset({"Expiry"})
MADE_FOR = "LiveKit signs for 5 minutes; an endpoint that took it in time was right."


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook as it arrived: the Authorization header, and the body's very text."""

    authorization: str
    body: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; `told` is what the body says, whoever wrote it."""

    checks: tuple[Check, ...]
    told: Told | None

    @property
    def verdict(self) -> Verdict:
        """The worst of the checks."""
        return tokens_reading.worst(self.checks)

    @property
    def fine(self) -> bool:
        """Whether an endpoint with this dashboard's key takes it."""
        return self.verdict in {Verdict.GOOD, Verdict.NOTE}

    @property
    def problems(self) -> tuple[Check, ...]:
        """The checks that the verdict comes from; none where all is well."""
        if self.verdict is Verdict.GOOD:
            return ()
        return tuple(check for check in self.checks if check.verdict is self.verdict)

    @property
    def late(self) -> bool:
        """Whether nothing is wrong but that its time is over."""
        return bool(self.problems) and {check.about for check in self.problems} <= TIMES


def check(settings: Settings, delivery: Delivery, now: float | None = None) -> Checked:
    """Check one webhook, as of `now` in seconds since 1970."""
    header, token = _header(delivery.authorization)
    checks = [header]
    if token:
        reading = tokens_reading.read(settings, token, now)
        checks += (_of_a_webhook(found) for found in reading.checks)
        if reading.written:
            checks.append(_body(reading, delivery.body))
    told, event = _event(delivery.body)
    checks.append(event)
    if now is None and tokens_reading.worst(tuple(checks)) in {Verdict.GOOD, Verdict.NOTE}:
        checks += _by_the_sdk(settings, delivery.body, token)
    return Checked(tuple(checks), told)


def _header(text: str) -> tuple[Check, str]:
    """Judge the header, and give the token in it."""
    text = text.strip()
    if text[: len(HEADER)].lower() == HEADER:
        text = text[len(HEADER) :].strip()
    if not text:
        said = "There is no Authorization header. LiveKit always sends one: look whether a proxy "
        return Check("Header", Verdict.BAD, f"{said}or a framework takes it away."), ""
    scheme, _, rest = text.partition(" ")
    if rest and scheme.lower() == "bearer":
        said = "It begins with Bearer. LiveKit sends the bare token, and its SDKs refuse a prefix: "
        return Check("Header", Verdict.BAD, f"{said}see who puts it there."), rest.strip()
    if rest:
        said = f"It begins with {short(scheme)}. LiveKit sends the bare token; "
        return Check("Header", Verdict.BAD, f"{said}this may be a proxy's own sign-in."), ""
    return Check("Header", Verdict.GOOD, "A bare token, as LiveKit sends it."), text


def _of_a_webhook(found: Check) -> Check:
    """Say what a check of the token means for a webhook."""
    if found.about == "Expiry" and found.verdict is Verdict.BAD:
        return Check(found.about, found.verdict, f"{found.said} {MADE_FOR}")
    if found.about == "API key" and found.verdict is Verdict.UNKNOWN:
        said = found.said.partition(" The server may")[0]
        said += " An endpoint that has only this one refuses it; webhook.api_key in LiveKit's "
        return Check(found.about, Verdict.BAD, f"{said}configuration says which key signs.")
    return found


def _body(reading: Reading, body: str) -> Check:
    """Compare the body's SHA-256 with the signed one, and look for what was done to it."""
    signed = reading.claims.get("sha256")
    if not isinstance(signed, str) or not signed:
        said = (
            "The token has no sha256: it is none of a webhook, but may be one for joining a room."
        )
        return Check("Body", Verdict.BAD, said)
    if not is_utf8(body):
        return Check("Body", Verdict.BAD, "It is not UTF-8 text, so LiveKit did not send it.")
    found = _hashed(body)
    if found == signed:
        return Check("Body", Verdict.GOOD, f"Its SHA-256 is the signed one, {signed}.")
    for said, other in _changed(body):
        if _hashed(other) == signed:
            return Check("Body", Verdict.BAD, said)
    if signed == hashlib.sha256(body.encode()).hexdigest():
        said = (
            "The token has its SHA-256 in hexadecimal; LiveKit writes base64, and so must others."
        )
        return Check("Body", Verdict.BAD, said)
    what = (
        "It is empty. A framework may have read it before"
        if not body
        else (
            "It is not the body that was signed: it was changed, cut or written anew on the way, "
            "or belongs to another request. Hash the raw bytes, before anything parses them"
        )
    )
    said = f"{what}. Its SHA-256 is {found}, signed is {short(signed)}."
    return Check("Body", Verdict.BAD, said)


def _hashed(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _changed(body: str) -> Iterator[tuple[str, str]]:
    """Give what a body might have been before something changed it, and what that was."""
    trimmed = body.strip()
    yield "White space was added around it. LiveKit sends none: take the body as it is.", trimmed
    yield "Its line breaks were changed.", body.replace("\n", "\r\n")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    anew = "It was parsed and written anew: the same JSON, other bytes. Hash the raw body instead."
    for separators in ((", ", ":"), (",", ":"), (", ", ": ")):
        for ascii_only in (False, True):
            other = json.dumps(said, separators=separators, ensure_ascii=ascii_only)
            if is_utf8(other):
                yield anew, other


def _event(body: str) -> tuple[Told | None, Check]:
    try:
        told = events.read(body)
    except NoEventError as error:
        return None, Check("Event", Verdict.BAD, str(error))
    if told.known:
        return told, Check("Event", Verdict.GOOD, f"{told.event}, one that LiveKit sends.")
    said = f"{short(told.event)} is not among those that livekit-server 1.13 sends."
    return told, Check("Event", Verdict.NOTE, said)


def _by_the_sdk(settings: Settings, body: str, token: str) -> Iterator[Check]:
    """Let LiveKit's own SDK check it; it may be stricter than its server."""
    secret = settings.livekit_api_secret.get_secret_value()
    receiver = WebhookReceiver(TokenVerifier(settings.livekit_api_key, secret))
    try:
        receiver.receive(body, token)
    except jwt.PyJWTError as error:
        said = f"livekit-api refuses it: {str(error)[:200]}."
        yield Check("SDK", Verdict.BAD, said)
    else:
        yield Check("SDK", Verdict.GOOD, "livekit-api takes it.")
