"""`livekit-dashboard`, or `python -m app`: serve the dashboard, or check what it would run with."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from app import __version__
from app.config.settings import Settings, SettingsError, load_settings
from app.process.serving import serve


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; 2 and one line a setting for a wrong configuration."""
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
    commands.add_parser("serve", help="serve until stopped; so does no command at all")
    commands.add_parser("check", help="say what is wrong with the configuration and the server")
    return parser


def check(settings: Settings) -> int:
    """Print what is found, a line each, and change nothing; 1 where something is wrong."""
    from app.process import diagnosis  # what the first process of several workers does without

    findings = asyncio.run(diagnosis.findings(settings))
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        mark = "ok   " if finding.fine else "WRONG"
        print(f"{mark}  {finding.subject:{width}}  {finding.text}")
    return 0 if all(finding.fine for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
