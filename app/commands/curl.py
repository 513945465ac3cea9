"""A curl command that sends a request, safe to paste whatever it contains."""

from collections.abc import Mapping

from app.commands.shell import UnsayableError, line


def post(url: str, headers: Mapping[str, str], body: str) -> str | None:
    """Return the command, or None if no command line can carry it.

    `--globoff` and `--data-raw` keep curl from reading braces in the address and @ in the body.
    """
    given = _written(headers)
    words = ["curl", "--globoff", "-sS", "-i", *given, "--data-raw", body, "--url", url]
    try:
        return line(*words)
    except UnsayableError:
        return None


def get(url: str, headers: Mapping[str, str]) -> str | None:
    """Return the command that reads an address, or None if no command line can carry it."""
    try:
        return line("curl", "--globoff", "-sS", *_written(headers), "--url", url)
    except UnsayableError:
        return None


def _written(headers: Mapping[str, str]) -> list[str]:
    return [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
