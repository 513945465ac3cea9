"""Passwords: hashed with argon2id in threads of their own, so that pages don't wait for it."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import TooManyTries
from app.services.accounts.names import folded

Result = TypeVar("Result")

SHORTEST = 12  # characters
LONGEST = 1000
COMMONEST = 10_000
# OWASP's Password Storage Cheat Sheet, for argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
AT_ONCE = 2  # hashes: each takes a CPU and its memory
MOST_WAITING = 200  # a hash takes some 40 ms: nobody waits longer than a few seconds
RETRY_SECONDS = 5


class TooManyAtOnce(TooManyTries):
    """More people are signing in at the same time than this process can check passwords for."""

    title = "Too many people are signing in"

    def __init__(self) -> None:
        super().__init__(RETRY_SECONDS)
        self.reason = "The dashboard is checking as many passwords as it can."
        self.advice = f"Wait {RETRY_SECONDS} s, then try again."


class Passwords:
    """Hashes and compares passwords; one for the process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._nobodys = self._hasher.hash("")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """Return the hash of a password, with its parameters (PHC string format).

        Raises TooManyAtOnce.
        """
        return await self._run(self._hasher.hash, _bytes(password))

    async def fits(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is right; it takes as long if there is no hash.

        Raises TooManyAtOnce.
        """
        matches = await self._run(self._matches, password_hash or self._nobodys, _bytes(password))
        return matches and password_hash is not None

    def check_queue(self) -> None:
        """Raise TooManyAtOnce if another password can't be hashed soon."""
        if self._waiting >= MOST_WAITING:
            raise TooManyAtOnce

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a hash has other parameters than new ones."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password_hash: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., Result], *args: str | bytes) -> Result:
        self.check_queue()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._waiting -= 1


def normal(password: str) -> str:
    """Return a password as it is compared: keyboards encode ü, and spaces, in several ways.

    This is the profile OpaqueString (RFC 8265, 4.2).
    """
    spaced = (" " if unicodedata.category(letter) == "Zs" else letter for letter in password)
    return unicodedata.normalize("NFC", "".join(spaced))


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")  # a shell's input may be no text


def problem(password: str, name: str) -> str | None:
    """Return why a new password of the account `name` isn't accepted, or None."""
    password = normal(password)
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if folded(password) == folded(name):
        return "The password can't be the name."
    if len(set(password)) < 4:
        return "Use more than three different characters."
    if password.casefold() in _common():
        return f"This is one of the {COMMONEST:,} most common passwords. Choose another."
    return None


@cache
def _common() -> frozenset[str]:
    # 15 MB that only new passwords need; shorter ones are refused for their length
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    commonest = FREQUENCY_LISTS["passwords"][:COMMONEST]
    return frozenset(password for password in commonest if len(password) >= SHORTEST)
