"""The commands about users: add, list, role, reset, disable, enable. They work while it runs."""

import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from getpass import getpass

from app.config.settings import Settings
from app.errors import NotFound
from app.inputs.accounts.users import email_problem
from app.process.audited import audited
from app.process.commands import with_store
from app.security.accounts.powers import shell_powers
from app.security.accounts.sessions import limits_of
from app.services.accounts import accounts, control, listing, names, passwords
from app.services.accounts.accounts import Account
from app.services.accounts.control import Change
from app.services.accounts.links import NewLink
from app.services.accounts.listing import Listed, Wanted
from app.services.accounts.passwords import Passwords
from app.services.audit.changes import between, kept, secret_changed
from app.services.livekit.differences import Difference
from app.store.store import Store
from app.text.paths import one_time_path

HEADS = ("ID", "NAME", "ROLE", "STATUS", "SESSIONS", "LAST SEEN", "E-MAIL")
BATCH = 500


def add(settings: Settings, given: Namespace) -> int:
    """Create a user with a password from standard input, or an invitation; return 1 or 2 if not."""
    problem = names.problem(given.name) or (given.email and email_problem(given.email))
    if problem:
        return _wrong(problem)
    password = "" if given.invite else _password(given.name)
    if password is None:
        return 2

    async def work(store: Store) -> int:
        powers, facts = shell_powers(settings), {"given": given.role}
        target = {"person": names.normal(given.name)}

        async def added() -> NewLink | None:
            if given.invite:
                _, made = await control.invite(
                    store, powers, given.name, given.role, email=given.email, by="command line"
                )
                return made
            await control.add(
                store,
                powers,
                given.name,
                given.role,
                password_hash=await _hashed(password),
                email=given.email,
            )
            return None

        action = "user.invite" if given.invite else "user.create"
        made = await audited(store, action, facts, added, target)
        if made:
            _print_link(made, given.url)
        else:
            print(f"{names.normal(given.name)} was added with the role {given.role}.")
        return 0

    return with_store(settings, work)


def show(settings: Settings, given: Namespace) -> int:
    """Print the users by name; return 1 if that failed."""

    async def work(store: Store) -> int:
        rows: list[tuple[str, ...]] = [HEADS]
        before: str | None = None
        while True:
            page = await listing.page(store, Wanted(), BATCH, limits_of(settings), before=before)
            rows += map(_row, page.rows)
            before = page.older
            if before is None:
                break
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  ".join(cells).rstrip())
        return 0

    return with_store(settings, work)


def set_role(settings: Settings, given: Namespace) -> int:
    """Change the role of a user; return 1 if that failed."""

    async def changed(store: Store, account: Account) -> Change:
        return await control.set_role(store, shell_powers(settings), account.id, given.role)

    text = f"has the role {given.role} now."
    return _changed(
        settings,
        given,
        "user.edit",
        changed,
        text,
        lambda account: between({"role": account.role}, {"role": given.role}),
    )


def reset(settings: Settings, given: Namespace) -> int:
    """Print a link by which a user chooses a password, set one, or remove second factors.

    Returns 1 if that failed, 2 for a password that isn't accepted.
    """
    if given.factors:

        async def removed(store: Store, account: Account) -> Change:
            return await control.reset_factors(store, shell_powers(settings), account.id)

        text = "has no second factor any more. All sessions have ended."
        return _changed(settings, given, "user.reset_factor", removed, text)
    if given.password:
        password = _password(given.name)
        if password is None:
            return 2

        async def changed(store: Store, account: Account) -> Account:
            powers, hashed = shell_powers(settings), await _hashed(password)
            return await control.set_password(store, powers, account.id, hashed)

        text = "has a new password. All sessions have ended."
        return _changed(settings, given, "user.password", changed, text, _new_password)

    async def work(store: Store) -> int:
        account = await _named(store, given.name)

        async def linked() -> NewLink:
            powers = shell_powers(settings)
            _, made = await control.new_link(store, powers, account.id, "command line")
            return made

        _print_link(await audited(store, "user.link", {}, linked, _target(account)), given.url)
        return 0

    return with_store(settings, work)


def disable(settings: Settings, given: Namespace) -> int:
    """Let nobody sign in as a user; return 1 if that failed."""

    async def changed(store: Store, account: Account) -> Change:
        return await control.disable(store, shell_powers(settings), account.id)

    text = "was disabled. All sessions have ended."
    return _changed(settings, given, "user.disable", changed, text, _disabled(after=True))


def enable(settings: Settings, given: Namespace) -> int:
    """Let a user sign in again; return 1 if that failed."""

    async def changed(store: Store, account: Account) -> Change:
        return await control.enable(store, shell_powers(settings), account.id)

    text = "can sign in again."
    return _changed(settings, given, "user.enable", changed, text, _disabled(after=False))


def _changed(
    settings: Settings,
    given: Namespace,
    action: str,
    change: Callable[[Store, Account], Awaitable[object]],
    text: str,
    differences: Callable[[Account], Sequence[Difference]] = lambda _: (),
) -> int:
    async def work(store: Store) -> int:
        account = await _named(store, given.name)

        async def changed() -> None:
            await change(store, account)

        facts = kept(differences(account))
        await audited(store, action, facts, changed, _target(account))
        print(f"{account.name} {text}")
        return 0

    return with_store(settings, work)


def _disabled(*, after: bool) -> Callable[[Account], Sequence[Difference]]:
    return lambda account: between({"disabled": account.disabled is not None}, {"disabled": after})


def _new_password(account: Account) -> Sequence[Difference]:
    return secret_changed("password", was_set=account.password_hash is not None)


async def _named(store: Store, name: str) -> Account:
    account = await accounts.by_name(store, name)
    if account is None:
        raise NotFound(f"There is no account with the name {name}.", advice="See `users list`.")
    return account


def _target(account: Account) -> dict[str, str]:
    return {"account": str(account.id), "person": account.name}


def _password(name: str) -> str | None:
    """Return a password from standard input; None after printing why it isn't accepted."""
    try:
        if sys.stdin.isatty():
            typed = getpass("Password: ")
            if getpass("Again: ") != typed:
                print("The two passwords differ.", file=sys.stderr)
                return None
        else:
            typed = sys.stdin.readline().rstrip("\r\n")
    except (EOFError, UnicodeDecodeError):
        typed = ""
    if problem := passwords.problem(typed, name):
        print(f"The password on standard input isn't accepted. {problem}", file=sys.stderr)
        return None
    return typed


async def _hashed(password: str) -> str:
    hashing = Passwords()
    try:
        return await hashing.hashed(password)
    finally:
        hashing.close()


def _wrong(problem: str) -> int:
    print(problem, file=sys.stderr)
    return 2


def _print_link(made: NewLink, url: str | None) -> None:
    print(f"{(url or '').rstrip('/')}{one_time_path(made.kind, made.key)}")
    print(f"It works once, until {made.expires:%Y-%m-%d %H:%M} UTC.", file=sys.stderr)


def _row(user: Listed) -> tuple[str, ...]:
    seen = _minute(user.seen) if user.seen else "never"
    return str(user.id), user.name, user.role, user.state, str(user.sessions), seen, user.email


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
