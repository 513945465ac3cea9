"""A process of its own that uploads: python -m tests.storage.upload URL PATH SIZE [WAIT].

Prints how many MB of memory the upload added at its most, as the kernel counts them. With WAIT, it
waits for that many seconds before the upload ends.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from app.storage.storage import Storage
from tests.storage.streams import chunks

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


def memory(name: str) -> int:
    """Return a figure of /proc/self/status in KB: VmRSS for now, VmHWM for the most so far."""
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    return next((int(x.split()[1]) for x in lines if x.startswith(f"{name}:")), 0)


def begin() -> int:
    """Return the memory in KB, and let the most so far begin again."""
    if CLEAR.exists():
        CLEAR.write_text("5")
    return memory("VmRSS")


async def waiting(stream: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """Yield a stream, and wait before its end."""
    async for chunk in stream:
        yield chunk
    if seconds:
        print("waiting", flush=True)
        await asyncio.sleep(seconds)


async def upload(url: str, path: str, size: int, wait: float) -> None:
    """Upload, and print what it took."""
    storage = Storage(url)
    await storage.prepare()
    await storage.put("warm", b"so that all is loaded")
    before = begin()
    stored = await storage.put_stream(path, waiting(chunks(size), wait))
    print((memory("VmHWM") - before) / 1000, flush=True)
    assert stored == size
    storage.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(upload(given[0], given[1], int(given[2]), float(given[3] if given[3:] else 0)))
