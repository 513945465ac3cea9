"""What of the address of an ingress keeps encoders from reaching it."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def reach_problem(url: str) -> str:
    """Return why encoders may not reach this address; empty if nothing speaks against it.

    LiveKit takes its base URLs as they are configured, so any text is possible.
    """
    if "://" not in url:
        return "The address has no scheme such as rtmp:// or https://, so encoders can't use it."
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        return "The address has no host, so encoders can't use it."
    try:
        local = ip_address(host)
    except ValueError:
        return _of_name(host.removesuffix("."))
    if local.is_loopback or local.is_unspecified:
        return "Only encoders on the same machine as livekit-ingress can reach this address."
    return ""


def _of_name(host: str) -> str:
    if host == "localhost" or host.endswith(".localhost"):
        return "Only encoders on the same machine as livekit-ingress can reach this address."
    if "." not in host:
        return f"The host {host} is no full domain name: encoders elsewhere can't resolve it."
    return ""
