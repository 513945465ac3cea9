"""EGRESS_PRESETS: named storage for recordings, with credentials by reference.

The text is TOML, usually in the file that EGRESS_PRESETS_FILE names. Fields have LiveKit's names
(livekit_egress.proto). A credential is never in it, only the variable or file that has it.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from app.config import checks, tables
from app.config.sources import environment

REFERENCE = 'write { env = "NAME" } or { file = "PATH" }, so that the credential is elsewhere'


def _referenced(value: object) -> SecretStr:
    match value:
        case SecretStr():  # a preset that was read already
            return value
        case {"env": str(name), **rest} if not rest:
            secret, where = environment().get(name), f"the environment variable {name}"
            if secret is None:
                raise ValueError(f"{where} is not set")
        case {"file": str(path), **rest} if not rest:
            where = path
            try:
                secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
                raise ValueError(f"cannot read {path}: {reason}") from None
        case _:
            raise ValueError(REFERENCE)
    if not secret:
        raise ValueError(f"{where} is empty")
    return SecretStr(secret)


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must look like https://storage.example.com")
    if "@" in parts.netloc:
        raise ValueError("can't contain a user name or password")
    return value


def _prefix(value: str) -> str:
    parts = value.strip("/").split("/")
    if value.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("must be a folder such as recordings/eu")
    return "/".join(parts) + "/"


def _service_account(secret: SecretStr) -> SecretStr:
    try:
        valid = isinstance(json.loads(secret.get_secret_value()), dict)
    except (ValueError, RecursionError):
        valid = False
    if not valid:
        raise ValueError("must be the whole JSON file of a service account")
    return secret


Secret = Annotated[SecretStr, BeforeValidator(_referenced)]
Needed = Annotated[str, Field(min_length=1)]
Url = Annotated[str, AfterValidator(_public_url)]


class StoragePreset(BaseModel):
    """Storage to choose by its name; files are below `path_prefix`, which ends in a slash."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(checks.display_name)]
    path_prefix: Annotated[str, AfterValidator(_prefix)] = ""

    def __str__(self) -> str:
        """The name, which is all that pages show of the credentials."""
        return self.name

    @property
    def secrets(self) -> dict[str, SecretStr]:
        """The credentials by field."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if isinstance(value, SecretStr)}


class _Proxied(StoragePreset):
    proxy_url: Url | None = None
    proxy_username: str = ""
    proxy_password: Secret | None = None


class S3Preset(_Proxied):
    """A bucket of Amazon S3, or of any storage that speaks its protocol."""

    type: Literal["s3"]
    bucket: Needed
    region: str = ""
    endpoint: Url | None = None
    access_key: Secret | None = None
    secret: Secret | None = None
    session_token: Secret | None = None
    assume_role_arn: str = ""
    assume_role_external_id: Secret | None = None
    force_path_style: bool = False
    metadata: dict[str, str] = Field(default_factory=dict)
    tagging: str = ""
    content_disposition: str = ""

    @model_validator(mode="after")
    def _key_with_secret(self) -> "S3Preset":
        if bool(self.access_key) != bool(self.secret):
            raise ValueError("access_key and secret belong together: set both, or neither")
        return self


class GcpPreset(_Proxied):
    """A bucket of Google Cloud Storage."""

    type: Literal["gcp"]
    bucket: Needed
    credentials: Annotated[Secret, AfterValidator(_service_account)] | None = None


class AzurePreset(StoragePreset):
    """A container of Azure Blob Storage."""

    type: Literal["azure"]
    account_name: Needed
    account_key: Secret | None = None
    container_name: Needed


class AliossPreset(StoragePreset):
    """A bucket of Alibaba Cloud OSS."""

    type: Literal["alioss"]
    bucket: Needed
    region: str = ""
    endpoint: Url | None = None
    access_key: Secret
    secret: Secret


Preset = S3Preset | GcpPreset | AzurePreset | AliossPreset
TYPES: dict[str, type[Preset]] = {
    "s3": S3Preset,
    "gcp": GcpPreset,
    "azure": AzurePreset,
    "alioss": AliossPreset,
}


def read(value: object) -> object:
    """Return the presets of a TOML text, in its order; anything but a text is returned unchanged.

    Raises ValueError with one line for each problem: file, preset and field, never a value.
    """
    if not isinstance(value, str):
        return value
    presets, problems = _parsed(value)
    if problems:
        path = environment().get("EGRESS_PRESETS_FILE")
        raise ValueError("\n".join(f"{path}: {line}" if path else line for line in problems))
    return tuple(presets)


def _parsed(text: str) -> tuple[list[Preset], list[str]]:
    try:
        top = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [f"is not valid TOML: {error}"]
    listed = top.pop("preset", None)
    problems = [f"{key}: unknown; only [[preset]] tables are read" for key in top]
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        return [], [*problems, "contains no [[preset]] table"]
    presets: list[Preset] = []
    for number, table in enumerate(listed, 1):
        name = table.get("name")
        label = f"preset {json.dumps(name) if isinstance(name, str) and name else number}"
        try:
            preset = _preset(table)
        except ValidationError as error:
            problems += [
                f"{label}: {line}"
                for line in tables.lines(error, table, TYPES[table["type"]].model_fields)
            ]
        except ValueError as error:
            problems.append(f"{label}: {error}")
        else:
            if preset.name in map(str, presets):
                problems.append(f"{label}: name: another preset has the same name")
            presets.append(preset)
    return presets, problems


def _preset(table: Mapping[str, Any]) -> Preset:
    kind = table.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise ValueError(f"type: must be one of {', '.join(TYPES)}")
    return TYPES[kind].model_validate(table)
