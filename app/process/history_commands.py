"""The commands about history: rebuild. They work while the dashboard runs."""

import sys
from argparse import Namespace

from app.config.settings import Settings
from app.process.audited import audited
from app.process.commands import with_store
from app.services.history.rebuilding import rebuild as rebuild_history
from app.store.store import Store


def rebuild(settings: Settings, _: Namespace) -> int:
    """Make history again from all webhooks that are kept; return 1 if that failed."""

    async def work(store: Store) -> int:
        facts: dict[str, object] = {}

        async def rebuilt() -> int:
            facts["events"] = number = await rebuild_history(store, _show)
            return number

        number = await audited(store, "history.rebuild", facts, rebuilt)
        print(f"Events projected again: {number}")
        return 0

    return with_store(settings, work)


def _show(number: int) -> None:
    if sys.stderr.isatty() and number % 1000 == 0:
        print(f"{number} events …", file=sys.stderr)
