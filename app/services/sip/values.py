"""What a trunk or a call may hold: each function raises ValueError with the reason.

One check for every way in: a form, an import of definitions and the API write the same values.
The rules are LiveKit's own (protocol, livekit/sip.go and livekit/sip_validation.go); values that it
accepts and then ignores are rejected as well.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from ipaddress import IPv6Address, ip_network

from app.text.phones import hidden_character

LONGEST_NAME = 255  # characters of a header's name
LONGEST_VALUE = 1024  # bytes of a header's value
MEDIA_TIMEOUT = 600  # seconds, MaxSIPMediaTimeout
HEADER_NAME = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# Headers that LiveKit sets itself, by their long and short names (ForbiddenSipHeaderNames).
FORBIDDEN = re.compile(
    "accept(-encoding|-language)?|allow(-events)?|call-id|contact|content-(encoding|length|type)"
    "|cseq|event|expires|from|max-forwards|record-route|refer-to|reply-to|[klmortuv]",
    re.IGNORECASE,
)
# LiveKit ignores an allowed address with one of these in it (protocol, sip/sip.go, isValidMask).
NO_MASK = re.compile(r"[()+*;, \t\n\r]|://")
# Go's netip.ParsePrefix: a length without a sign or leading zeros, and no zone before it.
PREFIX = re.compile(r"[0-9a-fA-F:.]+/(?:0|[1-9][0-9]{0,2})", re.ASCII)
LIKE_AN_IP = re.compile(r"[0-9./]+|[0-9a-f:.\[\]/]*:[0-9a-f:.\[\]/]*", re.IGNORECASE)
HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
HOST_PORT = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?", re.ASCII)


def check_number(text: str) -> None:
    """Refuse a phone number with a character that nobody sees: LiveKit compares every one."""
    found = hidden_character(text)
    if found:
        raise ValueError(f"Remove the invisible character {found}: LiveKit compares it as well.")


def is_ignored(address: str) -> bool:
    """Return True if LiveKit ignores this allowed address."""
    return NO_MASK.search(address) is not None


def check_allowed_address(address: str) -> None:
    """Refuse what is not an IP address, a network (RFC 4632) or a host name, as LiveKit reads it.

    LiveKit ignores some of the rest, and then accepts calls from everywhere if no other address is
    left; what remains never equals the address or the host of any call.
    """
    if address.lower().startswith(("sip:", "sips:")):
        raise ValueError(f"{address}: enter the host without sip: and without parameters.")
    if is_ignored(address):
        raise ValueError(
            f"{address}: LiveKit ignores an address that contains a space or one of ()+*;:// and "
            "accepts calls from everywhere if no other address is left."
        )
    if LIKE_AN_IP.fullmatch(address):
        try:
            ip_network(address, strict=False)
        except ValueError:
            raise ValueError(f"{address} isn't a valid IP address or network.") from None
        if "/" in address and not PREFIX.fullmatch(address):
            raise ValueError(f"{address} isn't a network as LiveKit reads it, such as 10.0.0.0/8.")
        return
    name, colon, _ = address.partition(":")
    if colon and HOST_NAME.fullmatch(name.lower()):
        raise ValueError(f"{address}: enter the host without a port.")
    if not HOST_NAME.fullmatch(address.lower()):
        raise ValueError(f"{address} isn't a valid host name, IP address or network.")


def address_problem(address: str) -> str:
    """Return why an allowed address never matches a call as it should; empty if it can."""
    try:
        check_allowed_address(address)
    except ValueError as error:
        return str(error)
    return ""


def check_host(text: str) -> None:
    """Refuse what is not a host name, an IPv4 address or an [IPv6] address, with a port or not."""
    lower = text.lower()
    if not text:
        return
    if "://" in text or lower.startswith(("sip:", "sips:")) or re.search("[@;?]", text):
        raise ValueError("Enter the host only, without sip:, https://, user or parameters.")
    if "transport=" in text:
        raise ValueError("Select the transport in its own field.")
    if re.search(r"[<>]", text):
        raise ValueError("Replace the placeholder in < > with your provider's host name.")
    if re.search(r"\s", text):
        raise ValueError("Remove the space.")
    if "/" in text:
        raise ValueError("Enter the host only, without / and what follows it.")
    parts = HOST_PORT.fullmatch(lower)
    if parts is None:
        raise ValueError("Enter a host name, an IPv4 address or an [IPv6] address.")
    host, port = parts[1], parts[2]
    if port is not None and not 0 < int(port) < 65536:
        raise ValueError("Enter a port from 1 to 65535.")
    if host.startswith("["):
        try:
            IPv6Address(host[1:-1])
        except ValueError:
            raise ValueError("The address in [ ] isn't a valid IPv6 address.") from None
    elif re.fullmatch(r"[0-9.]+", host):
        if not re.fullmatch(r"((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}", host):
            raise ValueError("This isn't a valid IPv4 address.")
    elif not HOST_NAME.fullmatch(host):
        raise ValueError("This isn't a valid host name.")


def check_country(text: str) -> None:
    """Refuse what is not a country's two letters (ISO 3166-1)."""
    if text and not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError("Enter the two-letter country code, such as US or DE.")


def check_header_names(names: Iterable[str]) -> None:
    """Refuse names that no SIP header has."""
    for name in names:
        if not HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name or 'Nothing'} isn't a valid SIP header name (RFC 3261, 25.1).")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"Max {LONGEST_NAME} characters in a header name.")


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that cannot be sent, or that LiveKit sets itself."""
    check_header_names(headers)
    for name, value in headers.items():
        if FORBIDDEN.fullmatch(name):
            raise ValueError(f"{name}: LiveKit sets this header itself.")
        if len(value.encode()) > LONGEST_VALUE:
            raise ValueError(f"{name}: max {LONGEST_VALUE} bytes in a header value.")
        if CONTROL.search(value):
            raise ValueError(f"{name}: the value contains a control character.")


def check_media_timeout(span: timedelta) -> None:
    """Refuse a longer wait for media than LiveKit accepts."""
    if not 0 <= span.total_seconds() <= MEDIA_TIMEOUT:
        raise ValueError(f"Enter 0 to {MEDIA_TIMEOUT} seconds.")


def check_codec(name: str) -> None:
    """Refuse a codec's name that no SDP can hold."""
    if not name or re.search(r"[\s/]", name):
        raise ValueError(f"{name or 'Nothing'} isn't a codec name, such as PCMU.")
