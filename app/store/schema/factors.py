"""What proves who somebody is, besides a password: second factors, providers, and tokens."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, UniqueConstraint

from app.store.schema.accounts import of_user
from app.store.schema.metadata import METADATA, Moment, RowId

# One authenticator app an account (RFC 6238).
AUTHENTICATORS = Table(
    "authenticators",
    METADATA,
    of_user(primary_key=True),
    Column("secret", Text, nullable=False),  # encrypted
    Column("created", Moment, nullable=False),
    Column("confirmed", Moment),  # none until its first code was entered
    Column("last_step", BigInteger),  # of the newest accepted code: none is good twice
)

RECOVERY_CODES = Table(
    "recovery_codes",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    of_user(),
    Column("hash", String(64), nullable=False),
    Column("used", Moment),
    Index("ix_recovery_codes_user_id", "user_id"),
)

# Credentials of Web Authentication (W3C, level 2).
PASSKEYS = Table(
    "passkeys",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    of_user(),
    Column("credential", String(1400), nullable=False, unique=True),  # its ID, base64url
    Column("public_key", Text, nullable=False),  # base64url
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", String(200), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created", Moment, nullable=False),
    Column("used", Moment),
    Index("ix_passkeys_user_id", "user_id"),
)

# Who somebody is for an OpenID provider: issuer and subject, never the e-mail address alone.
IDENTITIES = Table(
    "identities",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    of_user(),
    Column("issuer", String(500), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("created", Moment, nullable=False),
    Column("used", Moment),
    UniqueConstraint("issuer", "subject", name="uq_identities_issuer"),
    Index("ix_identities_user_id", "user_id"),
)

# Tokens for programs; the row has only the hash.
TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    of_user(),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("hint", String(8), nullable=False),  # its last characters, to tell tokens apart
    Column("permissions", Text),  # JSON: a list; none for all that the account has
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("revoked", Moment),
    Column("used", Moment),
    Column("used_address", String(64), nullable=False),
    Index("ix_tokens_user_id", "user_id", "id"),
    sqlite_autoincrement=True,
)
