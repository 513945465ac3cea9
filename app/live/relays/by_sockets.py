"""A link between the processes of one machine: a folder with a Unix socket of each.

Nothing has to run for it, and nothing is left behind: the socket of a process that was killed
refuses what is sent to it, and the next process that sends something removes it.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

LARGEST = 60_000
TRIES, PAUSE = 20, 0.05  # for a process whose queue is full; then it doesn't learn of it
LOOK_SECONDS = 10.0  # between two looks at whether the own socket is still there
DESCRIPTORS = Path("/proc/self/fd")  # a short path to any folder: an address has 107 bytes at most


class BySockets:
    """The link through the sockets in `folder`, which is made if it is missing."""

    name = "Unix sockets"
    largest = LARGEST
    echoes = False
    failures = (OSError,)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def connected(self, origin: str) -> AsyncIterator["Sockets"]:
        """Listen at a socket of this process's own. Raises OSError."""
        if not hasattr(socket, "AF_UNIX"):
            raise OSError("this system has no Unix sockets")
        with _opened(self._folder) as near, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.setblocking(False)
            own.bind(str(near / origin))
            try:
                yield Sockets(own, near, origin)
            finally:
                _remove(near / origin)


class Sockets:
    """The sockets of the folder, of which one is this process's own."""

    def __init__(self, own: socket.socket, folder: Path, origin: str) -> None:
        self._own = own
        self._folder = folder
        self._origin = origin

    async def send(self, message: str) -> None:
        """Send a message to each of the others. Raises OSError if the folder is gone."""
        content = message.encode()
        for other in _within(self._folder):
            if other.name != self._origin:
                await self._send_to(other, content)

    async def _send_to(self, other: Path, content: bytes) -> None:
        for _ in range(TRIES):
            try:
                self._own.sendto(content, str(other))
                return
            except ConnectionRefusedError:
                _remove(other)
                return
            except FileNotFoundError:
                return
            except BlockingIOError:
                await asyncio.sleep(PAUSE)

    async def messages(self) -> AsyncIterator[bytes]:
        """Yield what the others send. Raises OSError if the own socket was removed."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    yield await loop.sock_recv(self._own, 2 * LARGEST)
            if self._folder / self._origin not in _within(self._folder):
                raise OSError("the socket was removed")


@contextmanager
def _opened(folder: Path) -> Iterator[Path]:
    """Yield a short path to a folder, which is made, and removed by the last who leaves it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        yield DESCRIPTORS / str(opened) if DESCRIPTORS.exists() else folder
    finally:
        os.close(opened)
        with suppress(OSError):  # others are still there
            folder.rmdir()


def _within(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
