"""What keeps a trunk from being saved, whether a form or a file describes it.

Only what differs from the stored trunk is checked: a value that was saved another way may break a
rule, and stays as it is until somebody changes it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from livekit.api import SIPInboundTrunkInfo

from app.services.sip.trunks.trunks import Info
from app.services.sip.values import (
    check_allowed_address,
    check_codec,
    check_country,
    check_header_names,
    check_headers,
    check_host,
    check_media_timeout,
    check_number,
)
from app.text.phones import normal_number

OPEN_TO_ALL = (
    "Enter a number, an allowed address or a user name: LiveKit rejects a trunk that anyone can "
    "call through."
)
NO_ADDRESS = "Enter the provider's host name or IP address."
NO_NUMBER = "Enter at least one number: LiveKit calls from it."


def _each(check: Callable[[str], None]) -> Callable[[Iterable[str]], None]:
    def check_all(values: Iterable[str]) -> None:
        for value in values:
            check(value)

    return check_all


CHECKS: dict[str, Callable[[Any], None]] = {
    "numbers": _each(check_number),
    "allowed_numbers": _each(check_number),
    "allowed_addresses": _each(check_allowed_address),
    "address": check_host,
    "from_host": check_host,
    "destination_country": check_country,
    "headers": check_headers,
    "headers_to_attributes": check_header_names,
    "attributes_to_headers": lambda headers: check_header_names(headers.values()),
}


def trunk_problems(new: Info, stored: Info | None = None) -> Iterator[tuple[str, str]]:
    """Return each field that keeps `new` from taking the place of `stored`, and why."""
    before = type(new)() if stored is None else stored
    for name, check in CHECKS.items():
        if name not in new.DESCRIPTOR.fields_by_name or getattr(new, name) == getattr(before, name):
            continue
        yield from _refused(name, check, getattr(new, name))
    yield from media_problems(new.media, before.media)
    yield from _missing(new)


def media_problems(new: Any, before: Any) -> Iterator[tuple[str, str]]:
    """Return what is wrong with a SIPMediaConfig that differs from the one before."""
    if new.codecs != before.codecs:
        yield from _refused("codecs", _each(check_codec), [codec.name for codec in new.codecs])
    if new.media_timeout != before.media_timeout:
        yield from _refused("media_timeout", check_media_timeout, new.media_timeout.ToTimedelta())


def _refused(name: str, check: Callable[[Any], None], value: Any) -> Iterator[tuple[str, str]]:
    try:
        check(value)
    except (ValueError, OverflowError) as error:
        yield name, str(error)


def _missing(new: Info) -> Iterator[tuple[str, str]]:
    if isinstance(new, SIPInboundTrunkInfo):
        signs_in = new.auth_username or new.auth_password
        if not (new.numbers or new.allowed_addresses or signs_in):
            yield "numbers", OPEN_TO_ALL
        return
    if not new.address:
        yield "address", NO_ADDRESS
    if not new.numbers:
        yield "numbers", NO_NUMBER


def conflict(new: Info, others: Iterable[Info]) -> Info | None:
    """Return another inbound trunk that accepts some of the same calls as `new`, if any.

    LiveKit refuses to save such a pair (protocol, sip/sip.go, ValidateTrunksIter): they share a
    number, or both accept any, and they share a caller, or both accept any.
    """
    if not isinstance(new, SIPInboundTrunkInfo):
        return None
    called, callers = _keys(new.numbers), _keys(new.allowed_numbers)
    for other in others:
        if isinstance(other, SIPInboundTrunkInfo) and other.sip_trunk_id != new.sip_trunk_id:
            same_called = not called.isdisjoint(_keys(other.numbers))
            if same_called and not callers.isdisjoint(_keys(other.allowed_numbers)):
                return other
    return None


def _keys(numbers: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normal_number, numbers)) or frozenset({""})
