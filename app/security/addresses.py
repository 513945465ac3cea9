"""The address of a client, in one form.

A dual-stack socket reports IPv4 clients with the prefix ::ffff: (RFC 4291, 2.5.5.2).
"""

import ipaddress
from collections.abc import Iterable

from starlette.requests import HTTPConnection


def client_address(connection: HTTPConnection) -> str:
    """Return the client's address, or an empty string if the server doesn't know it."""
    return plain(connection.client.host) if connection.client else ""


def plain(address: str) -> str:
    """Return an address without the IPv6 prefix that a dual-stack socket adds to IPv4."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return str(mapped or ip)


def network(address: str) -> str:
    """Return the address, or its /64 for IPv6: one customer has that many to try from."""
    address = plain(address)
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return address
    return str(ipaddress.IPv6Network((int(ip), 64), strict=False))


def with_mapped(networks: Iterable[str]) -> list[str]:
    """Return networks as uvicorn takes them, those of IPv4 also as a dual-stack socket sees them.

    uvicorn (0.54, middleware/proxy_headers.py) ignores a network that has bits set for hosts.
    """
    found: list[str] = []
    for text in networks:
        if text == "*":
            return ["*"]
        given = ipaddress.ip_network(text, strict=False)
        found.append(str(given))
        if given.version == 4:
            found.append(f"::ffff:{given.network_address}/{96 + given.prefixlen}")
    return found
