"""What tests of users and roles ask of a dashboard with accounts."""

import re
import secrets
from typing import Protocol

from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import add_person, signed_in
from tests.support.visitor import Seen, Visitor


def unique(name: str) -> str:
    """Return a name that no other test has."""
    return f"{name} {secrets.token_hex(4)}"


def administrator(dashboard: Dashboard) -> Visitor:
    """Return the browser of an administrator with an account of the test's own."""
    name = unique("root")
    add_person(dashboard, name, "admin")
    return signed_in(dashboard, name)


def link_in(page: Seen) -> str:
    """Return the path of the one-time link that a page shows."""
    url = page.html.partition('spellcheck="false">')[2].partition("</textarea>")[0].strip()
    path = "/" + url.split("/", 3)[3]
    LEAKS.keep(path.partition("key=")[2], "the key of a link")
    return path


def user_of(page: Seen) -> str:
    """Return the path of the account that a page with a link is about."""
    links = [a.get("href", "") for a in page.all("a")]
    return next(link for link in links if re.fullmatch(r"/users/\d+", link))


class Guarded(Protocol):
    """Checks that an action refuses every request that must not do it."""

    def __call__(self, path: str, *, form: bool = True, **fields: str) -> None:
        """Ask with wrong methods, tokens and origins, signed out, and while READ_ONLY is on."""
