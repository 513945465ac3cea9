"""What the fields of a trunk's form say: each function gives LiveKit's value of one text.

All raise ValueError with the reason, as LiveKit has it (protocol, livekit/sip.go and
livekit/sip_validation.go) or, where it takes what it then ignores, before it does.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from app.inputs.fields import UINT32, json_if_it_looks_so
from app.services.sip.states import HeaderOptions, MediaEncryption, Transport

LONGEST_NAME = 255
LONGEST_VALUE = 1024
MEDIA_TIMEOUT = 600  # seconds, MaxSIPMediaTimeout
LONGEST_SPAN = 366 * 86400  # seconds; no call is longer, and a Duration still is
NAME = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# Headers that LiveKit sets itself, by their long and short names (ForbiddenSipHeaderNames).
FORBIDDEN = re.compile(
    "accept(-encoding|-language)?|allow(-events)?|call-id|contact|content-(encoding|length|type)"
    "|cseq|event|expires|from|max-forwards|record-route|refer-to|reply-to|[klmortuv]",
    re.IGNORECASE,
)
IGNORED = re.compile(r"[()+*;,\s]|://")
LIKE_AN_IP = re.compile(r"[0-9./]+|[0-9a-f:.\[\]/]*:[0-9a-f:.\[\]/]*", re.IGNORECASE)
SPAN = re.compile(r"\d{1,9}(\.\d{1,3})?", re.ASCII)


def entries(text: str) -> tuple[str, ...]:
    """Give what stands in lines or between commas, each once, in its order."""
    found = (entry.strip() for line in text.splitlines() for entry in line.split(","))
    return tuple(dict.fromkeys(entry for entry in found if entry))


def addresses(text: str) -> tuple[str, ...]:
    """Give addresses to accept calls from: an IP, a network (RFC 4632), or a host name."""
    found = entries(text)
    for each in found:
        if IGNORED.search(each):
            raise ValueError(
                f"{each}: LiveKit ignores an address with a space or one of ()+*;:// in it, and "
                "takes calls from everywhere where no other one is left."
            )
        if LIKE_AN_IP.fullmatch(each):
            try:
                ip_network(each, strict=False)
            except ValueError:
                raise ValueError(f"{each} is no IP address, and no network.") from None
    return found


def host(text: str) -> str:
    """Give a host name or IP address, with a port or without."""
    if text.startswith(("sip:", "sips:")) or re.search("[@;]", text):
        raise ValueError("Give the host alone, without sip: and without user or parameters.")
    if "transport=" in text:
        raise ValueError("Choose the transport in its own field.")
    if re.search(r"\s", text):
        raise ValueError("There is a space in it.")
    return text


def country(text: str) -> str:
    """Give a country by its two letters (ISO 3166-1)."""
    if text and not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError("Give the country's two letters, such as US or DE.")
    return text.upper()


def headers(text: str) -> dict[str, str]:
    """Give headers of `Name: value` lines."""
    found = _pairs(text, ":", "Give Name: value, one a line.")
    for name, value in found.items():
        _check_name(name)
        if FORBIDDEN.fullmatch(name):
            raise ValueError(f"{name}: LiveKit sets this header itself.")
        if len(value.encode()) > LONGEST_VALUE:
            raise ValueError(f"{name}: LiveKit takes values of {LONGEST_VALUE} bytes at most.")
        if CONTROL.search(value):
            raise ValueError(f"{name}: there is a control character in the value.")
    return found


def headers_to_attributes(text: str) -> dict[str, str]:
    """Give the attributes of `Header=attribute` lines by their headers."""
    found = _pairs(text, "=", "Give Header=attribute, one a line.")
    for name in found:
        _check_name(name)
    return found


def attributes_to_headers(text: str) -> dict[str, str]:
    """Give the headers of `attribute=Header` lines by their attributes, which may hold a `=`."""
    found = _pairs(text, "=", "Give attribute=Header, one a line.", last=True)
    for name in found.values():
        _check_name(name)
    return found


def _pairs(text: str, sign: str, reason: str, last: bool = False) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        name, there, value = line.rpartition(sign) if last else line.partition(sign)
        if not there or not name.strip():
            raise ValueError(reason)
        if name.strip() in found:
            raise ValueError(f"{name.strip()} stands there twice.")
        found[name.strip()] = value.strip()
    return found


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name or 'Nothing'} is no name of a SIP header (RFC 3261, 25.1).")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"LiveKit takes names of {LONGEST_NAME} characters at most.")


def span(text: str) -> timedelta | None:
    """Give so many seconds; None for an empty text."""
    if not text.strip():
        return None
    if not SPAN.fullmatch(text.strip()):
        raise ValueError("Give seconds, such as 30 or 1.5.")
    if float(text) > LONGEST_SPAN:
        raise ValueError("This is longer than a year.")
    return timedelta(seconds=float(text))


def media_span(text: str) -> timedelta | None:
    """Give so many seconds, as many as LiveKit waits for sound at most."""
    found = span(text)
    if found is not None and found.total_seconds() > MEDIA_TIMEOUT:
        raise ValueError(f"LiveKit takes {MEDIA_TIMEOUT} s at most.")
    return found


def status(text: str) -> int:
    """Give a SIP status that ends a call (RFC 3261, 21); 0 for an empty text."""
    if not re.fullmatch(r"([3-6][0-9]{2})?", text):
        raise ValueError("Give a SIP status from 300 to 699, such as 480 or 486.")
    return int(text or 0)


def codecs(text: str) -> tuple[tuple[str, int], ...]:
    """Give name and sample rate of each codec, `PCMU/8000` or the name alone, with rate 0."""
    found = []
    for each in entries(text):
        name, slash, rate = each.partition("/")
        if not name or re.search(r"\s", name) or (slash and not re.fullmatch("[0-9]{1,10}", rate)):
            raise ValueError(f"{each}: give a name, or name/rate, such as PCMU/8000.")
        if int(rate or 0) > UINT32:
            raise ValueError(f"{each}: there is no such rate.")
        found.append((name, int(rate or 0)))
    return tuple(found)


def _encryption(text: str) -> MediaEncryption | None:
    return _chosen(MediaEncryption, text) if text else None


def _chosen(kind: Any, text: str) -> Any:
    if text not in {*kind} - {"unknown"}:
        raise ValueError("Choose one of the list.")
    return kind(text)


# The fields that are more than the text that they hold.
VALUES: dict[str, Callable[[str], Any]] = {
    "numbers": entries,
    "allowed_numbers": entries,
    "allowed_addresses": addresses,
    "address": host,
    "from_host": host,
    "destination_country": country,
    "headers": headers,
    "headers_to_attributes": headers_to_attributes,
    "attributes_to_headers": attributes_to_headers,
    "ringing_timeout": span,
    "ringing_timeout_status": status,
    "max_call_duration": span,
    "media_timeout": media_span,
    "codecs": codecs,
    "metadata": json_if_it_looks_so,
    "encryption": _encryption,
    "transport": lambda text: _chosen(Transport, text),
    "include_headers": lambda text: _chosen(HeaderOptions, text),
}
