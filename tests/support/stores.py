"""The databases of the store's tests: a file of SQLite's, or a database of the run's PostgreSQL."""

import asyncio
import secrets
import shutil
import tempfile
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from app.store.migrating import migrate
from app.store.store import Store, driver_ended
from dev.postgres import Postgres

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Databases:
    """Makes empty databases of one kind."""

    kind: str
    postgres: Postgres | None = None
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="store-")))
    _migrated: list[str] = field(default_factory=list)

    def new(self) -> str:
        """Return the DATABASE_URL of an empty database."""
        name = f"test_{secrets.token_hex(6)}"
        if self.postgres is not None:
            return self.postgres.create(name)
        return f"sqlite:///{self.folder}/{name}.db"

    def migrated(self) -> str:
        """Return the DATABASE_URL of a database without rows: a copy of one migrated for all."""
        if not self._migrated:
            self._migrated.append(self.new())
            in_store(self._migrated[0], _nothing)
        name = f"test_{secrets.token_hex(6)}"
        if self.postgres is not None:
            return self.postgres.create(name, like=self._migrated[0].rpartition("/")[2])
        copy = self.folder / f"{name}.db"
        shutil.copy(self._migrated[0].removeprefix("sqlite:///"), copy)
        return f"sqlite:///{copy}"


def in_store(url: str, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open a store, bring its schema up to date, and run something with it."""

    others = threading.enumerate()

    async def opened() -> T:
        store = Store(url)
        try:
            await migrate(store)
            return await work(store)
        finally:
            await store.close()
            await driver_ended(others)

    return run_apart(opened)


async def _nothing(_: Store) -> None:
    """Do no work."""


def run_apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run something in a thread of its own: that of browser tests has Playwright's loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
