"""Passkeys: only a right signature for this site and challenge counts, and only once."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from app.errors import Conflict, Invalid, NotFound
from app.services.accounts import accounts
from app.services.accounts.accounts import Account
from app.services.accounts.factors import ceremonies, passkeys
from app.services.accounts.factors.ceremonies import Site
from app.services.accounts.factors.passkeys import MOST
from app.store.store import Store
from tests.support.passkeys import PRESENT, VERIFIED, Key, text
from tests.support.stores import in_store

ORIGIN = "https://dash.example"
EMPTY: Mapping[str, str] = MappingProxyType({})
SITE = Site("dash.example", "Dashboard", (ORIGIN,))


async def with_key(store: Store, key: Key | None = None) -> tuple[Account, Key]:
    """Create an account with a passkey."""
    number = await accounts.create(store, secrets.token_hex(4), "viewer")
    account, key = await accounts.by_id(store, number), key or Key("dash.example")
    await add(store, account, key)
    return account, key


async def add(store: Store, account: Account, key: Key, origin: str = ORIGIN) -> None:
    """Make a passkey for an account, and store it."""
    challenge = secrets.token_bytes(32)
    options = ceremonies.registration(SITE, account.handle, account.name, challenge, ())
    made = key.made(options, origin)
    await passkeys.register(store, SITE, account, challenge, made, "Key", None)


async def used(
    store: Store,
    key: Key,
    bent: Mapping[str, str] = EMPTY,
    account: Account | None = None,
    verified: bool = True,
) -> Account | None:
    """Sign in with a passkey; `bent` replaces parts of what is sent."""
    challenge = secrets.token_bytes(32)
    options = ceremonies.request(SITE, challenge)
    sent = {"origin": ORIGIN} | dict(bent)
    signed = key.signed(options, sent.pop("origin"), **sent)
    return await passkeys.verify(store, SITE, challenge, signed, account, verified=verified)


def test_the_options_ask_for_passkeys_that_can_be_the_only_factor() -> None:
    made = ceremonies.registration(SITE, "ab" * 32, "Ada", b"challenge", ())
    assert made["rp"] == {"name": "Dashboard", "id": "dash.example"}
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["user"]["id"] == text(bytes.fromhex("ab" * 32))
    alone = ceremonies.request(SITE, b"challenge")
    assert (alone["allowCredentials"], alone["userVerification"]) == ([], "required")
    held = [ceremonies.Credential("AAAA", ("usb",))]
    second = ceremonies.request(SITE, b"challenge", held, verified=False)
    assert second["allowCredentials"][0]["id"] == "AAAA"
    assert second["userVerification"] == "preferred"


def test_it_signs_in_and_knows_when(database: str) -> None:
    async def signed_in(store: Store) -> None:
        account, key = await with_key(store)
        assert (await accounts.by_id(store, account.id)).has_factor
        (before,) = await passkeys.of_user(store, account.id)
        found = await used(store, key)
        assert found
        assert found.id == account.id
        (after,) = await passkeys.of_user(store, account.id)
        assert before.used is None
        assert after.used
        assert after.credential.transports == ("usb",)

    in_store(database, signed_in)


# What is wrong with the authenticator, and what is wrong in what it sends.
WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "another origin": ({}, {"origin": "https://evil.example"}),
    "another port": ({}, {"origin": f"{ORIGIN}:444"}),
    "no TLS": ({}, {"origin": "http://dash.example"}),
    "another host": ({"host": "example"}, {}),
    "not verified": ({"flags": PRESENT}, {}),
    "not present": ({"flags": VERIFIED}, {}),
    "a count that was": ({"count": 0}, {}),
    "another key's signature": ({"private": Key().private}, {}),
    "an unknown passkey": ({"id": b"unknown"}, {}),
    "a broken signature": ({}, {"signature": "AAAA"}),
    "no account": ({}, {"userHandle": ""}),
    "another account": ({}, {"userHandle": text(b"x" * 32)}),
    "no data": ({}, {"authenticatorData": ""}),
    "broken data": ({}, {"clientDataJSON": "AAAA"}),
}


@pytest.mark.parametrize(("of_key", "sent"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused(
    database: str, of_key: dict[str, Any], sent: dict[str, str]
) -> None:
    async def refused(store: Store) -> None:
        _, key = await with_key(store)
        assert await used(store, key)
        for name, value in of_key.items():
            setattr(key, name, value)
        assert await used(store, key, sent) is None

    in_store(database, refused)


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "nonsense", '{"id": "\\u0000"}', "[" * 10_000, '{"id": 7}'],
)
def test_malformed_answers_are_refused(database: str, answer: str) -> None:
    async def refused(store: Store) -> None:
        account, key = await with_key(store)
        assert await passkeys.verify(store, SITE, b"challenge", answer) is None
        with pytest.raises(Invalid):
            await passkeys.register(store, SITE, account, b"x", answer, "Key", None)
        whole = json.loads(key.signed({"challenge": "AAAA"}, ORIGIN))
        for part in ("id", "rawId"):
            for bad in ("\0", "\ud800", "ä", "x", 7, None):
                bent = json.dumps(whole | {part: bad})
                assert await passkeys.verify(store, SITE, b"challenge", bent) is None

    in_store(database, refused)


def test_as_a_second_factor_it_must_be_the_accounts_own(database: str) -> None:
    async def tried(store: Store) -> None:
        (ada, key), (_, other) = await with_key(store), await with_key(store)
        key.flags = other.flags = PRESENT
        assert await used(store, other, account=ada, verified=False) is None
        assert await used(store, key, {"userHandle": ""}, ada, verified=False)
        assert await used(store, key, account=ada, verified=False)

    in_store(database, tried)


def test_of_two_instances_only_one_accepts_a_signature(database: str) -> None:
    async def verified(store: Store) -> int:
        _, key = await with_key(store)
        other = Store(database)
        other.ready = True
        signed = key.signed(ceremonies.request(SITE, b"challenge"), ORIGIN)
        try:
            tries = (passkeys.verify(s, SITE, b"challenge", signed) for s in [store, other] * 3)
            return sum(found is not None for found in await asyncio.gather(*tries))
        finally:
            await other.close()

    assert in_store(database, verified) == 1


def test_one_that_does_not_count_works_again_and_again(database: str) -> None:
    async def signed_in(store: Store) -> list[bool]:
        _, key = await with_key(store, Key("dash.example", counts=False))
        return [await used(store, key) is not None for _ in range(3)]

    assert in_store(database, signed_in) == [True, True, True]


def test_only_what_was_made_here_is_registered(database: str) -> None:
    async def refused(store: Store) -> None:
        account, key = await with_key(store)
        for bent, origin in (
            (Key("dash.example"), "https://evil.example"),
            (Key("evil.example"), ORIGIN),
            (Key("dash.example", flags=PRESENT), ORIGIN),
            (Key("dash.example", id=b"x" * 1024), ORIGIN),
        ):
            with pytest.raises(Invalid):
                await add(store, account, bent, origin)
        with pytest.raises(Conflict, match="registered already"):
            await add(store, account, key)
        for _ in range(MOST - 1):
            await add(store, account, Key("dash.example"))
        with pytest.raises(Conflict, match="at most"):
            await add(store, account, Key("dash.example"))

    in_store(database, refused)


def test_nobody_changes_those_of_others(database: str) -> None:
    async def refused(store: Store) -> None:
        (ada, _), (bob, _) = await with_key(store), await with_key(store)
        (own,) = await passkeys.of_user(store, ada.id)
        with pytest.raises(NotFound):
            await passkeys.one(store, bob.id, own.id)
        with pytest.raises(NotFound):
            await passkeys.rename(store, bob.id, own.id, "mine")
        with pytest.raises(NotFound):
            await passkeys.remove(store, bob.id, own.id, None)
        await passkeys.rename(store, ada.id, own.id, "mine")
        assert (await passkeys.one(store, ada.id, own.id)).name == "mine"

    in_store(database, refused)
