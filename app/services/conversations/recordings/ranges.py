"""The part of a file that a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The file has no such part."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` up to but not including `end`, of `size`."""

    start: int
    end: int
    size: int

    @property
    def is_whole(self) -> bool:
        """Return whether it is all of the file."""
        return self.end - self.start == self.size

    @property
    def described(self) -> str:
        """The value of the header Content-Range."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def part_of(header: str, size: int) -> Part | None:
    """Return the part that the header Range asks for; None for all of the file.

    That is also the response to several parts, to another unit, and to what is no range:
    a server may ignore the header. Raises Unsatisfiable.
    """
    match = ONE.fullmatch(header)
    if match is None or match.group(1, 2) == ("", ""):
        return None
    first, last = match.group(1, 2)
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return Part(start, end, size)
