"""What the process does with memory that it no longer needs."""

import ctypes
import gc
from contextlib import suppress

# Parameters of mallopt(3), by their numbers in glibc's malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
KEPT = 32 * 1024 * 1024  # bytes: a decoded response with 20,000 rooms
ALONE = 1024 * 1024  # bytes: larger blocks are returned when they are freed


def keep_freed() -> None:
    """Keep freed memory for the next list, which is just as long; glibc would return it.

    Otherwise each list of 10,000 rooms requests 2,000 pages from the system: 4 ms of 40.
    """
    with suppress(OSError, AttributeError):  # another C library than glibc
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_THRESHOLD, ALONE)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT)
        libc.mallopt(M_ARENA_MAX, 1)  # threads wait for the interpreter's lock, not for malloc's


def keep_garbage_small() -> None:
    """Exempt all present objects from garbage collection, so that it is fast and can run often.

    A full collection used to block the process for 100 ms. An error of LiveKit's client leaves a
    hundred objects in a reference cycle; in an outage they had added up to 8 MB by the next one.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # its count of old objects decides when the next full one is due
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, 2)
