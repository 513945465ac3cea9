"""Texts of a trunk's form as LiveKit's values, one function for each kind of text.

All raise ValueError with the reason; what a value may be is checked by services/sip/values.py, as
for an import.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.inputs.fields import UINT32
from app.services.sip.states import HeaderOptions, MediaEncryption, Transport
from app.services.sip.values import (
    check_allowed_address,
    check_country,
    check_header_names,
    check_headers,
    check_host,
    check_media_timeout,
)
from app.text.phones import plain_number

LONGEST_SPAN = 366 * 86400  # seconds; no call is longer, and a Duration can still hold it
SPAN = re.compile(r"\d{1,9}(\.\d{1,3})?", re.ASCII)


def entries(text: str) -> tuple[str, ...]:
    """Return what is on lines or between commas, each once, in its order."""
    entered = (entry.strip() for line in text.splitlines() for entry in line.split(","))
    return tuple(dict.fromkeys(entry for entry in entered if entry))


def numbers(text: str) -> tuple[str, ...]:
    """Return phone numbers without the invisible characters that come with a pasted one."""
    plain = (plain_number(entry) for entry in entries(text))
    return tuple(dict.fromkeys(number for number in plain if number))


def addresses(text: str) -> tuple[str, ...]:
    """Return addresses to accept calls from: IP addresses, networks and host names."""
    entered = entries(text)
    for address in entered:
        check_allowed_address(address)
    return entered


def host(text: str) -> str:
    """Return a host name or IP address, with or without a port."""
    check_host(text)
    return text


def country(text: str) -> str:
    """Return a country's two letters (ISO 3166-1)."""
    check_country(text)
    return text.upper()


def headers(text: str) -> dict[str, str]:
    """Return the headers of `Name: value` lines."""
    pairs = _pairs(text, ":", "Enter one header per line as Name: value.")
    check_headers(pairs)
    return pairs


def headers_to_attributes(text: str) -> dict[str, str]:
    """Return the attributes of `Header=attribute` lines by their headers."""
    pairs = _pairs(text, "=", "Enter one mapping per line as Header=attribute.")
    check_header_names(pairs)
    return pairs


def attributes_to_headers(text: str) -> dict[str, str]:
    """Return the headers of `attribute=Header` lines by attribute, which may contain a `=`."""
    pairs = _pairs(text, "=", "Enter one mapping per line as attribute=Header.", last=True)
    check_header_names(pairs.values())
    return pairs


def _pairs(text: str, sign: str, reason: str, last: bool = False) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        name, separator, value = line.rpartition(sign) if last else line.partition(sign)
        if not separator or not name.strip():
            raise ValueError(reason)
        if name.strip() in pairs:
            raise ValueError(f"Duplicate name: {name.strip()}.")
        pairs[name.strip()] = value.strip()
    return pairs


def span(text: str) -> timedelta | None:
    """Return a time in seconds; None for an empty text."""
    if not text.strip():
        return None
    if not SPAN.fullmatch(text.strip()):
        raise ValueError("Enter seconds, such as 30 or 1.5.")
    if float(text) > LONGEST_SPAN:
        raise ValueError("Enter less than a year.")
    return timedelta(seconds=float(text))


def media_span(text: str) -> timedelta | None:
    """Return how many seconds to wait for media; None for an empty text."""
    timeout = span(text)
    if timeout is not None:
        check_media_timeout(timeout)
    return timeout


def status(text: str) -> int:
    """Return a SIP status that ends a call (RFC 3261, 21); 0 for an empty text."""
    if not re.fullmatch(r"([3-6][0-9]{2})?", text):
        raise ValueError("Enter a SIP status from 300 to 699, such as 480 or 486.")
    return int(text or 0)


def codecs(text: str) -> tuple[tuple[str, int], ...]:
    """Return name and sample rate of each codec, `PCMU/8000`, or the name alone with rate 0."""
    listed = []
    for entry in entries(text):
        name, slash, rate = entry.partition("/")
        if not name or re.search(r"\s", name) or (slash and not re.fullmatch("[0-9]{1,10}", rate)):
            raise ValueError(f"{entry}: enter a name, or name/rate such as PCMU/8000.")
        if int(rate or 0) > UINT32:
            raise ValueError(f"{entry}: the rate is too large.")
        listed.append((name, int(rate or 0)))
    return tuple(listed)


def _encryption(text: str) -> MediaEncryption | None:
    return _chosen(MediaEncryption, text) if text else None


def _chosen(kind: Any, text: str) -> Any:
    if text not in {*kind} - {"unknown"}:
        raise ValueError("Choose an option from the list.")
    return kind(text)


# Fields whose value is more than their text.
VALUES: dict[str, Callable[[str], Any]] = {
    "numbers": numbers,
    "allowed_numbers": numbers,
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
    "encryption": _encryption,
    "transport": lambda text: _chosen(Transport, text),
    "include_headers": lambda text: _chosen(HeaderOptions, text),
}
