"""The people who sign in: accounts, their roles, sessions, links, and tries to sign in."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from app.store.schema.metadata import METADATA, Moment, RowId


def of_user(*, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    """Return a column that names an account, with which its row is deleted."""
    reference = ForeignKey("users.id", ondelete="CASCADE")
    return Column(
        "user_id",
        RowId,
        reference,
        nullable=nullable,
        primary_key=primary_key,
        autoincrement=False,
    )


USERS = Table(
    "users",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("folded", String(400), nullable=False, unique=True),  # no two names differ only in case
    Column("role", String(64), nullable=False),  # a built-in one, or one of `roles`
    Column("email", String(254), nullable=False),
    Column("handle", String(64), nullable=False, unique=True),  # for passkeys: names nobody
    Column("password_hash", Text),  # none for people who sign in elsewhere or with a passkey
    Column("created", Moment, nullable=False),
    Column("seen", Moment),
    Column("disabled", Moment),
    Column("preferences", Text, nullable=False),  # JSON
    Index("ix_users_role", "role", "id"),
    sqlite_autoincrement=True,  # the number of a deleted account is nobody else's
)

# Roles that an administrator made; the built-in ones are in security/roles.py.
ROLES = Table(
    "roles",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("permissions", Text, nullable=False),  # JSON: a list
    Column("created", Moment, nullable=False),
)

# One row for each browser that is signed in; the cookie has the key, the row its hash.
USER_SESSIONS = Table(
    "user_sessions",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    of_user(nullable=True),  # none for the emergency account
    Column("hash", String(64), nullable=False, unique=True),
    Column("method", String(32), nullable=False),  # how this person signed in
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(300), nullable=False),  # the browser, as its User-Agent header says
    Column("sealed", Text, nullable=False),  # encrypted: what signing out elsewhere needs
    Index("ix_user_sessions_user_id", "user_id", "id"),
    Index("ix_user_sessions_expires", "expires"),
    sqlite_autoincrement=True,
)

# Invitations and password resets: each is good once, and the row has only the hash of its key.
LINKS = Table(
    "links",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    of_user(),
    Column("kind", String(16), nullable=False),  # invitation, reset
    Column("hash", String(64), nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
    Column("made_by", String(200), nullable=False),
    Index("ix_links_user_id", "user_id"),
)

# Failed tries of the last minute, counted by all instances together.
TRIES = Table(
    "tries",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),  # a hash of an address, or of a name
    Column("at", Moment, nullable=False),
    Index("ix_tries_key", "key", "at"),
    Index("ix_tries_at", "at"),
)
