"""LiveKit's enums: numbers on the wire, and one way to read them."""

from enum import StrEnum
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=StrEnum)


class Newer(str):
    """A value that this build doesn't know: its name, or its number if livekit-api has none."""

    __slots__ = ()


def from_proto(kind: type[Kind], enum: Any, number: int, *, strip: str = "") -> Kind | Newer:
    """Return the member of `kind` for a number of the protobuf enum `enum`.

    The member's value is the name in protobuf, in any case, without `strip` before or after it
    (`EGRESS_ACTIVE`, `RTMP_INPUT`). A value without a member stays visible as Newer.
    """
    name = name_of(enum, number).removeprefix(strip).removesuffix(strip)
    members = {member.value.upper(): member for member in kind}
    return members.get(name.upper()) or Newer(name.lower())


def known(kind: type[Kind], enum: Any, number: int, *, strip: str = "") -> Kind:
    """Return the member as `from_proto` does, but `UNKNOWN` for a value without one.

    For fields that a form offers: it can't offer a value that this build doesn't know.
    """
    member = from_proto(kind, enum, number, strip=strip)
    return kind["UNKNOWN"] if isinstance(member, Newer) else member


def name_of(enum: Any, number: int) -> str:
    """Return the name that a protobuf enum has for a number; the number if it is newer."""
    try:
        return str(enum.Name(number))
    except ValueError:
        return str(number)


def plain_name(enum: Any, number: int) -> str:
    """Return the name of a number in lower case; the number if it is newer."""
    return name_of(enum, number).lower()
