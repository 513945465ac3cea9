"""Participants in a separate process that ends with them.

The rtc SDK keeps a core busy for half a minute after a hundred participants have left.
"""

import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

from dev.participants import Crowd
from dev.stack import Stack

PATIENCE = 120  # seconds for all of them to join


@contextmanager
def guests(stack: Stack, gather: Callable[[Crowd], None]) -> Iterator[None]:
    """Start a process in which `gather`, a module's function, joins participants; end it after.

    Delete their rooms first: a killed process doesn't leave its rooms properly.
    """
    context = multiprocessing.get_context("spawn")
    joined = context.Event()
    arguments = stack.url, stack.api_key, stack.api_secret, gather, joined
    process = context.Process(target=_stay, args=arguments, daemon=True)
    process.start()
    try:
        for _ in range(PATIENCE):
            if joined.wait(1) or not process.is_alive():
                break
        if not joined.is_set():
            raise RuntimeError("the participants didn't join")
        yield
    finally:
        process.kill()
        process.join()


def _stay(
    url: str, api_key: str, api_secret: str, gather: Callable[[Crowd], None], joined: Event
) -> None:
    logging.disable(logging.WARNING)  # each logs three times that its room was deleted
    gather(Crowd(url, api_key, api_secret))
    joined.set()
    threading.Event().wait()
