"""The commands about tokens of programs: add, list and revoke. They work while the server runs."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from app.config.settings import Settings
from app.errors import NotFound
from app.inputs.accounts.tokens import name_problem
from app.process.audited import audited
from app.process.commands import with_store
from app.security.accounts.sessions import user_of
from app.security.roles import NEVER_BY_TOKEN, Permission
from app.services.accounts import accounts, tokens
from app.services.accounts.tokens import Token
from app.store.store import Store

HEADS = ("ID", "NAME", "USER", "PERMISSIONS", "LAST USED", "EXPIRES")


def add(settings: Settings, given: Namespace) -> int:
    """Create a token for an account, and print it; return 1 if that failed, 2 for wrong words."""
    chosen: list[str] | None = given.permission or None
    problem = name_problem(given.name) or _unknown(chosen or ())
    if problem:
        print(problem, file=sys.stderr)
        return 2

    async def work(store: Store) -> int:
        account = await accounts.by_name(store, given.user)
        if account is None:
            raise NotFound(f"There is no account with the name {given.user}.")
        held = user_of(account, settings).permissions - NEVER_BY_TOKEN
        if more := sorted(set(chosen or ()) - held):
            print(f"{account.name} doesn't have: {', '.join(more)}", file=sys.stderr)
            return 2
        lifetime = timedelta(days=given.days) if given.days else None
        facts = {"name": given.name, "user": account.name, "permissions": chosen or "all"}

        async def made() -> None:
            _, secret = await tokens.create(store, account.id, given.name, chosen, lifetime)
            print(secret)

        await audited(store, "account.token.create", facts, made)
        return 0

    return with_store(settings, work)


def show(settings: Settings, _given: Namespace) -> int:
    """Print the tokens that weren't revoked, the newest first; return 1 if that failed."""

    async def work(store: Store) -> int:
        rows = [HEADS, *map(_row, await tokens.listed(store))]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  ".join(cells).rstrip())
        return 0

    return with_store(settings, work)


def revoke(settings: Settings, given: Namespace) -> int:
    """Revoke a token; return 1 for an unknown number, or if that failed."""

    async def work(store: Store) -> int:
        token = await tokens.get(store, given.id)
        facts = {"name": token.name, "user": token.owner, "number": token.id}

        async def revoked() -> None:
            await tokens.revoke(store, token.id)

        await audited(store, "account.token.revoke", facts, revoked)
        print(f"The token {token.name} of {token.owner} was revoked.")
        return 0

    return with_store(settings, work)


def _unknown(chosen: Sequence[str]) -> str:
    known = [each for each in Permission if each not in NEVER_BY_TOKEN]
    wrong = sorted(set(chosen) - set(known))
    if not wrong:
        return ""
    return f"No token can have: {', '.join(wrong)}\nChoose from: {', '.join(known)}"


def _row(token: Token) -> tuple[str, ...]:
    permissions = "all" if token.permissions is None else ",".join(sorted(token.permissions))
    used = f"{token.used:%Y-%m-%d %H:%M} {token.used_address}" if token.used else "never"
    expires = f"{token.expires:%Y-%m-%d %H:%M}" if token.expires else "never"
    if token.expires and token.expires <= datetime.now(UTC):
        expires = "expired"
    return str(token.id), token.name, token.owner, permissions, used, expires
