"""The passkeys of accounts: as a second factor, and as the only one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import RowMapping, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, Invalid, NotFound
from app.services.accounts import accounts
from app.services.accounts.accounts import Account
from app.services.accounts.factors import ceremonies, factors
from app.services.accounts.factors.ceremonies import Credential, Site
from app.store.schema import PASSKEYS
from app.store.store import Store

MOST = 20  # of an account
LONGEST_NAME = 100
NONE_SUCH = "Your account has no such passkey."

_columns = PASSKEYS.c


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of an account."""

    id: int
    credential: Credential
    name: str
    created: datetime
    used: datetime | None


async def of_user(store: Store, user_id: int) -> Sequence[Passkey]:
    """Return the passkeys of an account, the oldest first. Raises StoreError."""
    found = select(PASSKEYS).where(_columns.user_id == user_id).order_by(_columns.id)
    async with store.read() as connection:
        return [_passkey(row) for row in (await connection.execute(found)).mappings()]


async def one(store: Store, user_id: int, number: int) -> Passkey:
    """Return a passkey of an account. Raises NotFound and StoreError."""
    found = select(PASSKEYS).where(_columns.user_id == user_id, _columns.id == number)
    async with store.read() as connection:
        row = (await connection.execute(found)).mappings().first()
    if row is None:
        raise NotFound(NONE_SUCH)
    return _passkey(row)


async def register(
    store: Store,
    site: Site,
    account: Account,
    challenge: bytes,
    answer: str,
    name: str,
    session: int | None,
) -> None:
    """Store the passkey that a browser made, and end the account's other sessions.

    Raises Invalid, Conflict and StoreError.
    """
    made = ceremonies.made(site, challenge, answer)
    if made is None:
        raise Invalid("The passkey could not be verified. Try again.")
    values = {
        "user_id": account.id,
        "credential": made.credential.id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "transports": ",".join(made.credential.transports),
        "name": name,
        "created": datetime.now(UTC),
    }
    counted = select(func.count()).select_from(PASSKEYS).where(_columns.user_id == account.id)
    async with store.write() as connection:
        await factors.lock_within(connection, account.id)
        if (await connection.execute(counted)).scalar_one() >= MOST:
            raise Conflict(f"An account has at most {MOST} passkeys.", advice="Remove one first.")
        try:
            await connection.execute(insert(PASSKEYS).values(values))
        except IntegrityError:
            raise Conflict("This passkey is registered already.") from None
        await factors.clean_within(connection, account.id, session)


async def verify(
    store: Store,
    site: Site,
    challenge: bytes,
    answer: str,
    account: Account | None = None,
    *,
    verified: bool = True,
) -> Account | None:
    """Return the account whose passkey signed the challenge; None if it isn't right.

    With an `account`, the passkey must be that account's. If `verified`, the authenticator must
    have checked who uses it: the passkey is the only factor. Raises StoreError.
    """
    read = ceremonies.read(site, answer)
    row = await _stored(store, read.credential) if read else None
    if read is None or row is None:
        ceremonies.note(site, "the passkey is unknown")
        return None
    owner = await _owner(store, row)
    # authenticators name the account only if they weren't asked for one of its passkeys
    names = {owner.handle, ""} if owner and account else {owner.handle} if owner else set()
    is_other = account is not None and owner is not None and account.id != owner.id
    if owner is None or owner.disabled or is_other or read.handle not in names:
        ceremonies.note(site, "the passkey is another account's, or its account is disabled")
        return None
    key, before = row[_columns.public_key], row[_columns.sign_count]
    count = ceremonies.count_of(site, challenge, read, key, before, verified=verified)
    if count is None or not await _counted(store, row[_columns.id], count):
        return None
    return owner


async def rename(store: Store, user_id: int, number: int, name: str) -> None:
    """Rename a passkey of an account. Raises NotFound and StoreError."""
    changed = update(PASSKEYS).where(_columns.user_id == user_id, _columns.id == number)
    async with store.write() as connection:
        if not (await connection.execute(changed.values(name=name))).rowcount:
            raise NotFound(NONE_SUCH)


async def remove(store: Store, user_id: int, number: int, session: int | None) -> None:
    """Remove a passkey of an account, and end the account's other sessions.

    Raises NotFound, LastWayIn and StoreError.
    """
    gone = delete(PASSKEYS).where(_columns.user_id == user_id, _columns.id == number)
    async with store.write() as connection:
        password = await factors.lock_within(connection, user_id)
        if not (await connection.execute(gone)).rowcount:
            raise NotFound(NONE_SUCH)
        await factors.check_way_in(connection, user_id, password)
        await factors.clean_within(connection, user_id, session)


async def _stored(store: Store, credential: str) -> RowMapping | None:
    found = select(PASSKEYS).where(_columns.credential == credential)
    async with store.read() as connection:
        return (await connection.execute(found)).mappings().first()


async def _owner(store: Store, row: RowMapping) -> Account | None:
    try:
        return await accounts.by_id(store, row[_columns.user_id])
    except NotFound:
        return None


async def _counted(store: Store, number: int, count: int) -> bool:
    """Return whether the signature is new: of two instances, only one may count to a number.

    Passkeys that are synchronized between devices don't count; their number stays 0.
    """
    is_newer = or_(_columns.sign_count < count, _columns.sign_count == 0)
    used = update(PASSKEYS).where(_columns.id == number, is_newer)
    async with store.write() as connection:
        written = await connection.execute(used.values(sign_count=count, used=datetime.now(UTC)))
    return written.rowcount == 1


def _passkey(row: RowMapping) -> Passkey:
    transports = row[_columns.transports]
    return Passkey(
        id=row[_columns.id],
        credential=Credential(
            row[_columns.credential], tuple(transports.split(",")) if transports else ()
        ),
        name=row[_columns.name],
        created=row[_columns.created],
        used=row[_columns.used],
    )
