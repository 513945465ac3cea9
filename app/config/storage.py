"""The settings of what is kept, the database and files too large for it, and of work on it.

Keys of a storage provider are no settings: its library reads them from the environment.
"""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from app.config import checks

# Names of buckets and containers, as the strictest provider takes them, and older ones.
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}", re.ASCII)
FORMS = "file:///data/files, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"


def storage(value: str) -> str:
    """Return a storage's URL, without a slash at its end.

    The ValueError raised doesn't repeat it: somebody may have written a key into it.
    """
    try:
        parts = urlsplit(value)
    except ValueError:  # its text may have the key
        raise ValueError(f"must look like {FORMS}") from None
    if parts.query or parts.fragment or "@" in parts.netloc or ":" in parts.netloc:
        raise ValueError("can't contain a key, a port, a query or a fragment (see deployment.md)")
    path = parts.path.rstrip("/")
    folder = parts.scheme == "file" and not parts.netloc and path.startswith("/")
    bucket = parts.scheme in {"s3", "gs", "az"} and BUCKET.fullmatch(parts.netloc)
    if not folder and not bucket:
        raise ValueError(f"must look like {FORMS}")
    if {"", ".", ".."} & set(path.split("/")[1:]) or not value.isprintable():
        raise ValueError("has an invalid path")
    return f"{parts.scheme}://{parts.netloc}{path}"


def folder(value: Path) -> Path:
    """Return the absolute path of a folder. Raises ValueError for any other."""
    if not value.is_absolute() or ".." in value.parts or value == Path("/"):
        raise ValueError("must be the absolute path of a folder, such as /data/recordings")
    if not str(value).isprintable():
        raise ValueError("has an invalid path")
    return value


def of_its_own(root: Path, database: str, files: str) -> Path:
    """Return the folder of recordings. Raises ValueError if the dashboard's own files are in it."""
    parts = urlsplit(database)
    if parts.scheme == "sqlite":
        beside = Path(parts.path[1:]).parent.absolute()
        if beside.is_relative_to(root):
            raise ValueError(f"can't contain the database, which is in {beside}")
    kept = urlsplit(files)
    if kept.scheme == "file":
        own = Path(unquote(kept.path))
        if own.is_relative_to(root) or root.is_relative_to(own):
            raise ValueError(f"can't contain the dashboard's own files, or be among them: {own}")
    return root


class StorageSettings(BaseSettings):
    """Where the dashboard keeps what it remembers."""

    database_url: Annotated[SecretStr, AfterValidator(checks.database_url)] | None = None
    storage_url: Annotated[str, AfterValidator(storage)] | None = None
    recordings_root: Annotated[Path, AfterValidator(folder)] | None = None
    jobs: Annotated[Literal["embedded", "off"], BeforeValidator(checks.lower)] = "embedded"

    @field_validator("recordings_root")
    @classmethod
    def _without_own_files(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        secret = info.data.get("database_url")
        database = secret.get_secret_value() if secret else ""
        files = info.data.get("storage_url") or _beside(database)
        return of_its_own(value, database, files) if value and database else value

    @property
    def stored_in(self) -> str:
        """DATABASE_URL, password included; empty if there is no store."""
        return self.database_url.get_secret_value() if self.database_url else ""

    @property
    def files_in(self) -> str:
        """STORAGE_URL, or else the folder `files` beside the SQLite file or where this runs."""
        return self.storage_url or _beside(self.stored_in)


def _beside(database: str) -> str:
    """Return the URL of the folder `files` beside the SQLite file or where this runs."""
    parts = urlsplit(database)
    beside = Path(parts.path[1:]).parent if parts.scheme == "sqlite" else Path()
    return (beside / "files").absolute().as_uri()
