"""`livekit-dashboard` or `python -m app`: serve the dashboard, or check its configuration."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from app import __version__
from app.config.settings import Settings, load_settings
from app.config.sources import SettingsError
from app.process.serving import serve

DAYS = 90  # that a token is good
MOST_DAYS = 3650


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return 2 and print one line per setting if the configuration is invalid."""
    given = _parser().parse_args(words)
    run: Callable[..., int] = given.run
    try:
        return run(load_settings(), given) if "has_words" in given else run(load_settings())
    except SettingsError as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="livekit-dashboard",
        description="A dashboard for LiveKit servers. Its settings come from the environment.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.set_defaults(run=serve)
    commands = parser.add_subparsers(metavar="COMMAND")
    _add(commands, "serve", serve, "serve until stopped (the default)")
    _add(commands, "worker", worker, "run jobs in the background until stopped, for JOBS=off")
    _add(commands, "check", check, "report problems with the configuration and the server")
    _add(commands, "migrate", migrate, "bring the schema of the database up to date")
    audit = commands.add_parser("audit", help="work on the audit").add_subparsers(
        metavar="COMMAND", required=True
    )
    _add(audit, "verify", verify_audit, "find entries that were changed or removed")
    _add_users(commands)
    _add_tokens(commands)
    _add_history(commands)
    return parser


def _add_users(commands: Any) -> None:
    about = commands.add_parser("users", help="work on the accounts of people")
    about.set_defaults(has_words=True)
    users = about.add_subparsers(metavar="COMMAND", required=True)
    url = {
        "metavar": "URL",
        "type": _address,
        "help": "the dashboard's address, to print the whole link",
    }
    adding = _user(users, "add", "add", "create a user; the password comes from standard input")
    adding.add_argument("--role", metavar="ROLE", required=True, help="viewer, support, …")
    adding.add_argument("--email", metavar="ADDRESS", default="", help="for administrators to see")
    adding.add_argument("--invite", action="store_true", help="print a link instead: no password")
    adding.add_argument("--url", **url)
    listing = users.add_parser("list", help="list the users")
    listing.set_defaults(run=_later("show"))
    role = _user(users, "role", "set_role", "give a user another role")
    role.add_argument("role", metavar="ROLE")
    reset = _user(users, "reset", "reset", "print a link by which a user chooses a password")
    reset.add_argument(
        "--password", action="store_true", help="set one from standard input instead"
    )
    reset.add_argument("--factors", action="store_true", help="remove lost second factors instead")
    reset.add_argument("--url", **url)
    _user(users, "disable", "disable", "let nobody sign in as a user")
    _user(users, "enable", "enable", "let a user sign in again")


def _user(commands: Any, word: str, function: str, what: str) -> Any:
    adding = commands.add_parser(word, help=what)
    adding.add_argument("name", metavar="NAME", help="the name to sign in with")
    adding.set_defaults(run=_later(function))
    return adding


def _later(function: str) -> Callable[[Settings, argparse.Namespace], int]:
    def run(settings: Settings, given: argparse.Namespace) -> int:
        from app.process import user_commands  # what serving without a store doesn't need

        work: Callable[[Settings, argparse.Namespace], int] = getattr(user_commands, function)
        return work(settings, given)

    return run


def _address(text: str) -> str:
    """Return the address of a dashboard. Raises ValueError for anything else."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(text)
    return text


def _add_tokens(commands: Any) -> None:
    about = commands.add_parser("tokens", help="work on API tokens of accounts")
    about.set_defaults(has_words=True)
    tokens = about.add_subparsers(metavar="COMMAND", required=True)
    adding = tokens.add_parser("add", help="create a token, and print it")
    adding.add_argument("name", metavar="NAME", help="what uses it")
    adding.add_argument("--user", metavar="USER", required=True, help="the account it acts for")
    adding.add_argument(
        "--permission",
        metavar="P",
        action="extend",
        nargs="+",
        help="what it may do, such as rooms.read (default: all that its account may)",
    )
    adding.add_argument(
        "--days",
        metavar="N",
        type=_days,
        default=DAYS,
        help=f"when it expires, or `never` (default: {DAYS})",
    )
    adding.set_defaults(run=add_token)
    _add(tokens, "list", list_tokens, "list the tokens")
    revoking = tokens.add_parser("revoke", help="revoke a token for good")
    revoking.add_argument(
        "id", metavar="ID", type=int, help="its number, as `tokens list` shows it"
    )
    revoking.set_defaults(run=revoke_token)


def _add_history(commands: Any) -> None:
    about = commands.add_parser("history", help="work on the history")
    about.set_defaults(has_words=True)
    history = about.add_subparsers(metavar="COMMAND", required=True)
    _add(history, "rebuild", rebuild_history, "make it again from all webhooks that are kept")


def _days(text: str) -> int | None:
    """Return the days, or None for never. Raises ValueError for anything else."""
    days = None if text == "never" else int(text)
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise ValueError(text)
    return days


def _add(commands: Any, name: str, run: Callable[..., int], what: str) -> None:
    commands.add_parser(name, help=what).set_defaults(run=run)


def worker(settings: Settings) -> int:
    """Run jobs in the background until stopped; return 0."""
    from app.process.worker import work  # with the store, which serving without one doesn't need

    return work(settings)


def migrate(settings: Settings) -> int:
    """Bring the schema of the database up to date; return 1 if that failed."""
    from app.process.commands import migrate_store  # what serving without a store doesn't need

    return migrate_store(settings)


def verify_audit(settings: Settings) -> int:
    """Check the hashes of the audit; return 1 if an entry was changed or removed."""
    from app.process import commands  # as above

    return commands.verify_audit(settings)


def add_token(settings: Settings, given: argparse.Namespace) -> int:
    """Create a token, and print it; return 1 if that failed, 2 for wrong words."""
    from app.process import token_commands  # as above

    return token_commands.add(settings, given)


def list_tokens(settings: Settings, given: argparse.Namespace) -> int:
    """List the tokens; return 1 if that failed."""
    from app.process import token_commands  # as above

    return token_commands.show(settings, given)


def revoke_token(settings: Settings, given: argparse.Namespace) -> int:
    """Revoke a token; return 1 if that failed."""
    from app.process import token_commands  # as above

    return token_commands.revoke(settings, given)


def rebuild_history(settings: Settings, given: argparse.Namespace) -> int:
    """Make history again from all webhooks that are kept; return 1 if that failed."""
    from app.process import history_commands  # as above

    return history_commands.rebuild(settings, given)


def check(settings: Settings) -> int:
    """Print one line per finding; return 1 if something is wrong. Changes nothing."""
    from app.process import diagnosis  # not needed by the supervisor of several workers

    findings = asyncio.run(diagnosis.findings(settings))
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        mark = "ok   " if finding.fine else "WRONG"
        print(f"{mark}  {finding.subject:{width}}  {finding.text}")
    return 0 if all(finding.fine for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
