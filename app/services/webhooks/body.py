"""Compare a webhook's body with the hash in its token, and find what changed it.

LiveKit hashes the raw bytes and writes the digest in base64 (protocol,
webhook/resource_url_notifier.go).
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from app.services.tokens.checks import Check
from app.services.tokens.claims import short
from app.services.tokens.states import Verdict
from app.text.json_text import is_utf8

BOM = "\ufeff"
RAW = "Hash the raw body instead."


def compared(signed: Any, body: str) -> Check:
    """Compare the SHA-256 of a body with the signed one; both are compared as bytes."""
    if not isinstance(signed, str) or not signed:
        text = "The token has no sha256 claim, so it isn't a webhook's; it may be a join token."
        return Check("Body", Verdict.BAD, text)
    if not is_utf8(body):
        return Check("Body", Verdict.BAD, "Not UTF-8 text, so LiveKit did not send it.")
    wanted, digest = _octets(signed), _digest(body.encode())
    if wanted == digest:
        return _same(signed, digest)
    for reason, other in _originals(body):
        if hashlib.sha256(other).digest() == wanted:
            return Check("Body", Verdict.BAD, reason)
    return Check("Body", Verdict.BAD, _differs(body, signed, digest))


def without_bom(body: str) -> str:
    """Return a body without the byte order mark that an editor or a decoder left in front of it."""
    return body.removeprefix(BOM)


def _same(signed: str, digest: bytes) -> Check:
    """Judge the notation of a right hash: the SDKs compare texts, and LiveKit writes base64."""
    if signed == base64.b64encode(digest).decode():
        return Check("Body", Verdict.GOOD, f"Its SHA-256 matches the signed one, {signed}.")
    if signed.lower() == digest.hex():
        notation = "hexadecimal"
    else:
        notation = "base64url" if {"-", "_"} & set(signed) else "base64 without padding"
    text = f"The body is the signed one, but its SHA-256 is in {notation}. LiveKit writes standard"
    return Check("Body", Verdict.BAD, f"{text} base64 with padding, and its SDKs accept only that.")


def _differs(body: str, signed: str, digest: bytes) -> str:
    if body:
        reason = (
            "Not the body that was signed: it was changed, truncated or reserialized, or belongs "
            "to another request. Hash the raw bytes before anything parses them."
        )
    else:
        reason = "The body is empty. A framework may have consumed it."
    hashed = base64.b64encode(digest).decode()
    return f"{reason} Its SHA-256 is {hashed}; the signed one is {short(signed)}."


def _octets(signed: str) -> bytes:
    """Return the digest that a text stands for: hexadecimal, base64 or base64url."""
    if len(signed) == 64:
        try:
            return bytes.fromhex(signed)
        except ValueError:
            pass
    standard = signed.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _digest(octets: bytes) -> bytes:
    return hashlib.sha256(octets).digest()


def _originals(body: str) -> Iterator[tuple[str, bytes]]:
    """Yield what a body may have been before something changed it, and what that was."""
    if body.startswith(BOM):
        text = "A byte order mark (U+FEFF) was added before it."
        yield f"{text} LiveKit sends none: decode the body as plain UTF-8.", body[1:].encode()
    for encoding in ("latin-1", "cp1252"):
        try:
            yield f"It was decoded as {encoding}, not as UTF-8. {RAW}", body.encode(encoding)
        except UnicodeEncodeError:
            continue
    text = "White space was added around it. LiveKit sends none: use the body unchanged."
    yield text, body.strip().encode()
    yield "Its line breaks were changed.", body.replace("\n", "\r\n").encode()
    yield from _reserialized(body)


def _reserialized(body: str) -> Iterator[tuple[str, bytes]]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return
    reason = f"It was parsed and reserialized: the same JSON, other bytes. {RAW}"
    for separators in ((", ", ":"), (",", ":"), (", ", ": ")):
        for ascii_only in (False, True):
            other = json.dumps(parsed, separators=separators, ensure_ascii=ascii_only)
            if is_utf8(other):
                yield reason, other.encode()
