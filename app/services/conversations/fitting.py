"""How many texts are read together: as many as have at most so many characters."""

from collections.abc import Iterator, Sequence
from itertools import accumulate


def fitting(sizes: Sequence[int], most: int) -> int:
    """Return how many of the first sizes add up to at most `most`: one at least, if any."""
    return max(sum(total <= most for total in accumulate(sizes)), min(len(sizes), 1))


def parts(sizes: Sequence[int], most: int) -> Iterator[slice]:
    """Yield the slices of sizes that add up to at most `most`; a larger size has its own."""
    start = 0
    while start < len(sizes):
        end = start + fitting(sizes[start:], most)
        yield slice(start, end)
        start = end
