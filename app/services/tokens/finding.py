"""The one token in pasted text: a header, a URL, JSON, an environment file or a log line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from app.services.tokens.claims import NoTokenError, is_header

# One class, so that no text makes it slow.
RUN = re.compile(r"[A-Za-z0-9_.-]+")
NEARBY = 200  # characters before a token that can name its place
CONTEXT = re.compile(r"[\s=&?/:{}\"'<>|]")
AROUND = "\"'`,;"
# A line break inside a token: the next line has nothing but the rest of it, and is not another.
WRAPPED = re.compile(
    r"""(?<=[\w.-])[ \t]*[\r\n]+[ \t]*
    (?!eyJ[\w-]*\.[\w-]+\.)
    (?=[\w.-]+["'`,;)\]}]*[ \t]*(?:[\r\n]|\Z))""",
    re.ASCII | re.VERBOSE,
)
PARAMETER = re.compile(r"[?&#]([\w-]+)=\Z")
FIELD = re.compile(r"""["']([\w-]+)["']\s*:\s*["']?\Z""")
VARIABLE = re.compile(r"""([\w-]+)\s*=\s*["']?\Z""")
NAMED = re.compile(r"""([\w-]+)\s*:\s*["']?\Z""")
BEARER = re.compile(r"\bbearer\s+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token in a text; `where` is empty if the text is nothing but the token."""

    text: str
    where: str = ""
    bearer: bool = False


def find(text: str) -> FoundToken:
    """Return the token in `text`.

    Text without any context is returned as it is, so that its reader says what is wrong.
    Raises NoTokenError if a longer text has no token, or several.
    """
    bare = "".join(text.split()).strip(AROUND)
    unwrapped = WRAPPED.sub("", text)
    for candidate in (unwrapped, unquote(unwrapped)):
        tokens = {found.text: found for found in _tokens(candidate)}
        if len(tokens) > 1:
            raise NoTokenError(f"The text has {len(tokens)} tokens. Paste one at a time.")
        for found in tokens.values():
            return FoundToken(bare) if found.text == bare else found
    if CONTEXT.search(text.strip().strip(AROUND)):
        raise NoTokenError("The text has no JWT: three base64url parts with dots between them.")
    return FoundToken(bare)


def _tokens(text: str) -> Iterator[FoundToken]:
    for run in RUN.finditer(text):
        parts = run[0].split(".")
        for first in range(len(parts) - 2):
            if parts[first].startswith("e") and is_header(parts[first]):  # base64 of {
                end = first + 5 if len(parts) == first + 5 and all(parts[first:]) else first + 3
                token = ".".join(parts[first:end])
                start = run.start() + sum(len(part) + 1 for part in parts[:first])
                padding = "=" if text[start + len(token) :].startswith("=") else ""
                yield _placed(token + padding, text[max(0, start - NEARBY) : start])
                break


def _placed(token: str, before: str) -> FoundToken:
    """Name the place of a token by the text before it."""
    bearer = bool(BEARER.search(before))
    before = BEARER.sub("", before)
    for pattern, what in (
        (PARAMETER, "the URL parameter {}"),
        (FIELD, "the field {}"),
        (VARIABLE, "the value of {}"),
        (NAMED, "the text after “{}:”"),
    ):
        if match := pattern.search(before):
            return FoundToken(token, what.format(match[1]), bearer)
    return FoundToken(token, "the text after “Bearer”" if bearer else "the pasted text", bearer)
