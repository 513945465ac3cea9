"""`livekit-dashboard` or `python -m app`: serve the dashboard, or check its configuration."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from app import __version__
from app.config.settings import Settings, load_settings
from app.config.sources import SettingsError
from app.process.serving import serve


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return 2 and print one line per setting if the configuration is invalid."""
    command = _parser().parse_args(words).command
    try:
        settings = load_settings()
        return check(settings) if command == "check" else serve(settings)
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
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", help="serve until stopped (the default)")
    commands.add_parser("check", help="report problems with the configuration and the server")
    return parser


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
