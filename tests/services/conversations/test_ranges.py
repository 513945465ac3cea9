"""The parts of a file that requests ask for (RFC 9110, section 14)."""

import pytest

from app.services.conversations.recordings.ranges import Part, Unsatisfiable, part_of


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-", 0, 100),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("Bytes=10-500", 10, 100),
        ("bytes=-10", 90, 100),
        ("bytes=-500", 0, 100),
        ("bytes= 5-6 ", 5, 7),
    ],
)
def test_a_part(header: str, start: int, end: int) -> None:
    part = part_of(header, 100)
    assert part == Part(start, end, 100)
    assert part.described == f"bytes {start}-{end - 1}/100"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,5-6",
        "bytes=a-b",
        "bytes=\N{ARABIC-INDIC DIGIT ONE}-",
        "items=0-1",
        "bytes=0-1-2",
        f"bytes={'9' * 5000}-",
    ],
)
def test_all_of_it(header: str) -> None:
    assert part_of(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_no_such_part(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(header, 100)
