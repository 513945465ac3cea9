"""Somebody who uses the dashboard over HTTP as a browser without JavaScript does."""

import base64
import re
import ssl
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.support.leaks import FORM, HANDED_OUT, LEAKS

CONTEXT = ssl.create_default_context()  # a new one for each client costs 50 ms
ACCESS_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")  # "eyJ" alone is in many a random ID
CSRF_TOKEN = HANDED_OUT["a form's token"]


class _Reader(HTMLParser):
    """Collects what the tests ask of a page: tokens, text, and every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Seen:
    """One answered page; it is read once a test asks what is on it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.text

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader

    @property
    def tags(self) -> list[tuple[str, dict[str, str]]]:
        """Every tag with its attributes, in their order."""
        return self._read.tags

    @cached_property
    def text(self) -> str:
        """The words of the page, one space between them."""
        return " ".join(" ".join(self._read.words).split())

    @cached_property
    def main(self) -> str:
        """The words of the page's own part, without its frame."""
        reader = _Reader()
        reader.feed(self.html[self.html.find("<main") :])
        return " ".join(" ".join(reader.words).split())

    @cached_property
    def markup(self) -> str:
        """The HTML without its CSRF tokens, whose random letters may spell any short text."""
        return CSRF_TOKEN.sub("", self.html)

    @property
    def access_tokens(self) -> list[str]:
        """The LiveKit tokens in the HTML, attributes included."""
        return ACCESS_TOKEN.findall(self.html)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Return the attributes of every `tag` that has all of `attributes`."""
        return [
            found
            for name, found in self.tags
            if name == tag and all(found.get(k.rstrip("_")) == v for k, v in attributes.items())
        ]

    @property
    def csrf(self) -> str:
        """The page's CSRF token; empty where it has none."""
        return next((t.get("value", "") for t in self.all("input", name="csrf")), "")

    @property
    def location(self) -> str:
        """Where a redirect leads, without the host."""
        parts = urlsplit(str(self.headers.get("location", "")))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def calls(self) -> list[str]:
        """The LiveKit calls of the request, those of one name together: see Server-Timing."""
        found = re.findall(r'(\w+)(?:;desc="?(\w+)"?)?;dur=', self.headers["server-timing"])
        counted = [(name, int(note) if note.isdigit() else 1) for name, note in found]
        return [n for n, times in counted if n not in {"total", "age"} for _ in range(times)]

    @property
    def age(self) -> float:
        """How old what the page shows is, in seconds, by the same header; 0 if it is new."""
        found = re.search(r"\bage;dur=(\d+)", self.headers["server-timing"])
        return int(found[1]) / 1000 if found else 0.0


def noted(request: httpx.Request) -> None:
    """Remember what is secret in a form that is about to be sent."""
    if request.headers.get("content-type") == FORM and isinstance(request.stream, httpx.ByteStream):
        LEAKS.form(request.read().decode(errors="replace"))


class Visitor:
    """A client with cookies, and with credentials unless `username` is None."""

    def __init__(
        self,
        url: str,
        username: str | None,
        password: str,
        context: ssl.SSLContext = CONTEXT,
    ) -> None:
        auth = (username, password) if username is not None else None
        self.origin = url
        LEAKS.keep(password, "a password")
        LEAKS.keep(base64.b64encode(f"{username}:{password}".encode()).decode(), "a sign-in")
        hooks: Any = {"request": [noted]}
        self.http = httpx.Client(
            base_url=url, auth=auth, timeout=30, verify=context, event_hooks=hooks
        )

    def get(self, path: str, **options: Any) -> Seen:
        """Open a page."""
        return Seen(self.http.get(path, **options))

    def post(self, path: str, **fields: Any) -> Seen:
        """Send a form with a valid token, as a browser does; `csrf` replaces the token."""
        if "csrf" not in fields:
            fields["csrf"] = self.token()
        return self.send(path, fields)

    def send(self, path: str, fields: dict[str, Any], **headers: str) -> Seen:
        """Send exactly these fields, with the Origin a browser would send."""
        given = {"Origin": self.origin} | {k.replace("_", "-"): v for k, v in headers.items()}
        return Seen(self.http.post(path, data=fields, headers=given))

    def token(self) -> str:
        """Return a fresh CSRF token, from a page that asks LiveKit for nothing."""
        return self.get("/keys").csrf

    def follow(self, seen: Seen) -> Seen:
        """Open the page that a redirect leads to; its flash message is on it."""
        assert seen.status == 303, (seen.status, seen.main)
        return self.get(seen.location)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
