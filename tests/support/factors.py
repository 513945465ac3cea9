"""People who set up second factors, by the pages for it."""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

import pyotp

from app.services.accounts.factors.authenticators import STEP
from tests.support.dashboard import Dashboard
from tests.support.passkeys import Key
from tests.support.people import SECRET, add_person, browser
from tests.support.visitor import Seen, Visitor

PAGE = "/account/second-factor"
GROUPED = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b")


def until_new_step() -> float:
    """Return the seconds until the next code is shown, if that is too soon to use this one; or 0.

    A code of the step before is good no longer than this step.
    """
    left = STEP - time.time() % STEP
    return left if left < 3 else 0


@dataclass
class Person:
    """Somebody with an account, and the browser of theirs."""

    name: str
    number: int
    visitor: Visitor
    secret: str = ""
    codes: tuple[str, ...] = ()

    def code(self, step: int = 0) -> str:
        """Return the app's code of the present step of 30 s, or of one before or after it."""
        return pyotp.TOTP(self.secret).at(int(time.time()) + STEP * step)

    def enter(self, code: str, **fields: str) -> Seen:
        """Enter a code on the page of the second step."""
        page = self.visitor.get("/sign-in/code")
        return self.visitor.post("/sign-in/code", csrf=page.csrf, code=code, **fields)

    def password(self, visitor: Visitor | None = None, password: str = SECRET) -> Seen:
        """Enter name and password."""
        visitor = visitor or self.visitor
        csrf = visitor.get("/sign-in").csrf
        return visitor.post("/sign-in", csrf=csrf, name=self.name, password=password)

    def sign_out(self) -> None:
        """End the session of this browser."""
        csrf = self.visitor.get(PAGE).csrf
        assert self.visitor.post("/sign-out", csrf=csrf).status == 303

    def prove(self) -> None:
        """Enter the password again, as changes of factors require."""
        csrf = self.visitor.get("/account/confirm").csrf
        seen = self.visitor.post("/account/confirm", csrf=csrf, password=SECRET, next=PAGE)
        assert (seen.status, seen.location) == (303, PAGE), seen.main

    def send(self, place: str, **fields: str) -> Seen:
        """Send a form of the page at `place`."""
        csrf = self.visitor.get(place).csrf
        return self.visitor.post(place, csrf=csrf, **fields)

    def set_up_app(self) -> None:
        """Prove it, and set up an app with a code of the step before; keep its recovery codes."""
        self.prove()
        page = self.visitor.get(f"{PAGE}/app")
        time.sleep(until_new_step())
        (setup,) = page.all("input", name="setup")
        found = re.search(r'data-copy="([A-Z2-7]{32})"', page.html)
        assert found
        self.secret = found[1]
        seen = self.visitor.post(
            f"{PAGE}/app", csrf=page.csrf, setup=setup["value"], code=self.code(-1)
        )
        assert seen.status in {200, 303}, (seen.status, seen.main)
        self.codes = tuple(GROUPED.findall(seen.text)) or self.codes

    def options(self, place: str) -> dict[str, Any]:
        """Return what the page at `place` would ask the browser's authenticator."""
        response = self.visitor.http.get(place)
        assert response.status_code == 200, response.text[:500]
        asked: dict[str, Any] = response.json()
        return asked

    def add_passkey(self, key: Key | None = None, name: str = "Key") -> Key:
        """Prove it, and add a passkey; keep the recovery codes."""
        key = key or Key()
        self.prove()
        options = self.options(f"{PAGE}/passkeys/-/challenge")
        made = key.made(options, self.visitor.origin)
        seen = self.send(f"{PAGE}/passkeys/-/new", name=name, credential=made)
        assert seen.status in {200, 303}, (seen.status, seen.main)
        self.codes = tuple(GROUPED.findall(seen.text)) or self.codes
        return key

    def use(self, key: Key, place: str, **bent: str) -> Seen:
        """Sign in with a passkey, at /sign-in or /sign-in/code."""
        csrf = self.visitor.get(place).csrf
        asked = "/sign-in/passkey/challenge" if place == "/sign-in" else f"{place}/challenge"
        signed = key.signed(self.options(asked), self.visitor.origin, **bent)
        return self.visitor.post(f"{place}/passkey", csrf=csrf, credential=signed)


def by_name(dashboard: Dashboard) -> Visitor:
    """Return a browser that opened the dashboard by localhost: passkeys are for no IP address."""
    visitor = browser(dashboard)
    visitor.origin = dashboard.url.replace("127.0.0.1", "localhost")
    visitor.http.base_url = visitor.origin
    return visitor


def person(dashboard: Dashboard, role: str = "viewer") -> Person:
    """Return somebody new, who is signed in."""
    name = f"person {secrets.token_hex(4)}"
    number = add_person(dashboard, name, role)
    new = Person(name, number, by_name(dashboard))
    assert new.password().status == 303
    return new


def elsewhere(dashboard: Dashboard, who: Person) -> Person:
    """Return the same person in another browser, not signed in."""
    return Person(who.name, who.number, by_name(dashboard), who.secret, who.codes)
