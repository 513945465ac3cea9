"""The list of accounts: filters, pages by name, and what each row says."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.services.accounts import control, listing
from app.services.accounts.listing import Listed, Wanted
from app.services.accounts.states import AccountState
from app.store.schema import USER_SESSIONS
from app.store.store import Store
from tests.services.accounts.managing import ADMIN, LIMITS, invited, people, person
from tests.support.stores import in_store


def names(rows: Sequence[Listed]) -> list[str]:
    """Return the names in their order."""
    return [row.name for row in rows]


def test_pages_in_both_directions(database: str) -> None:
    async def work(store: Store) -> None:
        wanted = [f"Person {number:02}" for number in range(7)]
        await people(store, [*reversed(wanted)])
        first = await listing.page(store, Wanted(), 3, LIMITS)
        assert (names(first.rows), first.newer) == (wanted[:3], None)
        second = await listing.page(store, Wanted(), 3, LIMITS, before=first.older)
        assert names(second.rows) == wanted[3:6]
        last = await listing.page(store, Wanted(), 3, LIMITS, before=second.older)
        assert (names(last.rows), last.older) == (wanted[6:], None)
        back = await listing.page(store, Wanted(), 3, LIMITS, after=last.newer)
        assert names(back.rows) == wanted[3:6]
        again = await listing.page(store, Wanted(), 3, LIMITS, after=back.newer)
        assert (names(again.rows), again.newer) == (wanted[:3], None)
        assert (await listing.page(store, Wanted(), 3, LIMITS, before="q")).rows == ()

    in_store(database, work)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(q="ANN"), ["Anna"]),
        (Wanted(q="example.org"), ["zoe"]),
        (Wanted(q="100%"), ["100% _me_"]),
        (Wanted(q="_"), ["100% _me_"]),
        (Wanted(q="\\"), []),
        (Wanted(q="\0"), []),
        (Wanted(role="admin"), ["bob"]),
        (Wanted(state=AccountState.INVITED), ["zoe"]),
        (Wanted(state=AccountState.DISABLED), ["Anna"]),
        (Wanted(state=AccountState.ACTIVE), ["100% _me_", "bob"]),
        (Wanted(state=AccountState.ACTIVE, role="admin", q="b"), ["bob"]),
    ],
)
def test_filters(database: str, wanted: Wanted, found: list[str]) -> None:
    async def work(store: Store) -> None:
        anna, *_ = await people(store, ["Anna", "100% _me_"])
        await person(store, "bob", "admin")
        await control.disable(store, ADMIN, anna.id)
        await control.invite(store, ADMIN, "zoe", "viewer", email="Zoe@Example.org", by="root")
        assert names((await listing.page(store, wanted, 50, LIMITS)).rows) == found

    in_store(database, work)


def test_what_a_row_says(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna", "operator", sessions=3)
        async with store.write() as connection:
            long_ago = datetime.now(UTC) - timedelta(hours=2)
            await connection.execute(
                update(USER_SESSIONS).where(USER_SESSIONS.c.id == 1).values(seen=long_ago)
            )
        number, _ = await invited(store, "bob")
        row = await listing.one(store, anna.id, LIMITS)
        assert row
        assert (row.state, row.sessions, row.link) == (AccountState.ACTIVE, 2, None)
        assert row.seen
        bob = await listing.one(store, number, LIMITS)
        assert bob
        assert (bob.state, bob.sessions, bob.seen) == (AccountState.INVITED, 0, None)
        assert bob.link
        assert bob.link > datetime.now(UTC)
        assert await listing.one(store, 12345, LIMITS) is None

    in_store(database, work)
