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
    """Return the address, or its /64 for IPv6, which a single client usually controls."""
    address = plain(address)
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return address
    return str(ipaddress.IPv6Network((int(ip), 64), strict=False))


def with_mapped(networks: Iterable[str]) -> list[str]:
    """Return networks as uvicorn expects them, IPv4 ones also as a dual-stack socket reports them.

    uvicorn (0.54, middleware/proxy_headers.py) ignores a network that has host bits set.
    """
    networks_for_uvicorn: list[str] = []
    for text in networks:
        if text == "*":
            return ["*"]
        ip_network = ipaddress.ip_network(text, strict=False)
        networks_for_uvicorn.append(str(ip_network))
        if ip_network.version == 4:
            mapped = f"::ffff:{ip_network.network_address}/{96 + ip_network.prefixlen}"
            networks_for_uvicorn.append(mapped)
    return networks_for_uvicorn
