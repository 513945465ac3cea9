"""What the process does with memory that it needs no more."""

import ctypes
import gc
from contextlib import suppress

# Parameters of mallopt(3), by their numbers in glibc's malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
KEPT = 32 * 1024 * 1024  # bytes: LiveKit's answer of 20,000 rooms, decoded
ALONE = 1024 * 1024  # bytes: a larger block goes back when it is freed


def keep_freed() -> None:
    """Keep what one list took for the next, which is as long: glibc would give it back.

    A list of 10,000 rooms then took 2,000 pages from the system again, which cost 4 ms of 40.
    """
    with suppress(OSError, AttributeError):  # another C library than glibc
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_THRESHOLD, ALONE)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT)


def keep_garbage_small() -> None:
    """Take what was built by now out of every collection, which then is short, and can be frequent.

    A whole collection held everybody up for 100 ms. One error of LiveKit's client leaves a hundred
    objects in a circle; an outage had 8 MB of them by the time of the next whole collection.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # its count of old objects says when the next whole one is due
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, 2)
