"""Passwords: the same on every keyboard, and hashed a few at a time."""

import asyncio
import unicodedata
from collections.abc import Iterator

import pytest

from app.services.accounts import passwords
from app.services.accounts.passwords import Passwords, TooManyAtOnce, problem

TYPED = "Zwölf grüne Möbel"


@pytest.fixture(scope="module")
def hashing() -> Iterator[Passwords]:
    """What hashes passwords."""
    made = Passwords()
    yield made
    made.close()


@pytest.mark.parametrize(
    "again",
    [
        unicodedata.normalize("NFC", TYPED),
        unicodedata.normalize("NFD", TYPED),
        TYPED.replace(" ", "\N{NO-BREAK SPACE}"),
        TYPED.replace(" ", "\N{IDEOGRAPHIC SPACE}"),
    ],
)
def test_keyboards_encode_it_in_several_ways(hashing: Passwords, again: str) -> None:
    async def works() -> bool:
        stored = await hashing.hashed(TYPED)
        return await hashing.fits(stored, again)

    assert asyncio.run(works())


@pytest.mark.parametrize("other", [TYPED.lower(), TYPED.replace("ö", "o"), f" {TYPED}", ""])
def test_another_one_is_wrong(hashing: Passwords, other: str) -> None:
    async def works() -> bool:
        return await hashing.fits(await hashing.hashed(TYPED), other)

    assert not asyncio.run(works())


def test_one_that_is_no_text_is_hashed_too(hashing: Passwords) -> None:
    """A shell passes bytes that aren't UTF-8 as surrogates."""
    broken = b"caf\xe9 au lait 12".decode(errors="surrogateescape")

    async def works() -> tuple[bool, bool]:
        stored = await hashing.hashed(broken)
        return await hashing.fits(stored, broken), await hashing.fits(stored, "caf? au lait 12")

    assert asyncio.run(works()) == (True, False)


def test_its_length_is_that_of_what_one_sees() -> None:
    short = unicodedata.normalize("NFD", "äöüÄÖÜ")
    assert len(short) == passwords.SHORTEST
    assert problem(short, "anna") == "Use at least 12 characters."


def test_a_flood_is_refused_before_it_waits(
    hashing: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 5)

    async def flood() -> list[bool | BaseException]:
        tries = [hashing.fits(None, "wrong-password-1") for _ in range(20)]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = asyncio.run(flood())
    assert [type(answer) for answer in answers] == [bool] * 5 + [TooManyAtOnce] * 15
    assert asyncio.run(hashing.fits(None, "wrong-password-1")) is False
