"""A curl command that sends a request, safe to paste whatever it contains."""

from collections.abc import Mapping

from app.commands.shell import UnsayableError, line


def post(url: str, headers: Mapping[str, str], body: str) -> str | None:
    """Return the command, or None if no command line can carry it.

    `--globoff` and `--data-raw` keep curl from reading braces in the address and @ in the body.
    """
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    words = ["curl", "--globoff", "-sS", "-i", *given, "--data-raw", body, "--url", url]
    try:
        return line(*words)
    except UnsayableError:
        return None
