"""Storage of a recording (S3, Google, Azure, Alibaba), under LiveKit's own field names."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from app.inputs.fields import Input

PRESET = "preset:"  # before the name of a preset, as the value of the choice of storage
Provider = Literal["", "s3", "gcp", "azure", "alioss"]


class Storage(Input):
    """The storage that files are uploaded to; empty for the worker's default.

    A preset is chosen as a whole: the fields of the providers don't apply to it.
    """

    storage: Provider | Annotated[str, Field(pattern=f"^{PRESET}.")] = ""
    s3_bucket: str = ""
    s3_region: str = ""
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret: str = ""
    s3_session_token: str = ""
    s3_assume_role_arn: str = ""
    s3_assume_role_external_id: str = ""
    s3_force_path_style: bool = False
    s3_metadata: str = ""
    s3_tagging: str = ""
    s3_content_disposition: str = ""
    gcp_bucket: str = ""
    gcp_credentials: str = ""
    proxy_url: str = ""
    proxy_username: str = ""
    proxy_password: str = ""
    azure_account_name: str = ""
    azure_account_key: str = ""
    azure_container_name: str = ""
    alioss_bucket: str = ""
    alioss_region: str = ""
    alioss_endpoint: str = ""
    alioss_access_key: str = ""
    alioss_secret: str = ""


# The fields that each provider requires.
NEEDED = {
    "": (),
    "s3": ("s3_bucket",),
    "gcp": ("gcp_bucket",),
    "azure": ("azure_account_name", "azure_container_name"),
    "alioss": ("alioss_bucket", "alioss_access_key", "alioss_secret"),
}


def preset_in(storage: str) -> str:
    """Return the name of the preset in a choice of storage; empty for any other choice."""
    return storage.removeprefix(PRESET) if storage.startswith(PRESET) else ""


def storage_problems(form: Storage) -> Iterator[tuple[str, str]]:
    """Each storage field that is missing or does not fit the others, and why."""
    for name in NEEDED.get(form.storage, ()):
        if not getattr(form, name):
            yield name, "This field is required."
    if form.storage == "s3":
        if bool(form.s3_access_key) != bool(form.s3_secret):
            missing = "s3_secret" if form.s3_access_key else "s3_access_key"
            yield missing, "Enter both the key and its secret, or leave both blank."
        if form.s3_metadata and s3_metadata(form.s3_metadata) is None:
            yield "s3_metadata", "Enter name=value, one per line."
    if form.storage == "gcp" and form.gcp_credentials and not _is_object(form.gcp_credentials):
        yield "gcp_credentials", "Paste the whole JSON file of the service account."


def s3_metadata(text: str) -> dict[str, str] | None:
    """Return the entries of `text`, one name=value per line; None if a line is anything else."""
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    if any(not (equals and name.strip()) for name, equals, _ in pairs):
        return None
    return {name.strip(): value.strip() for name, _, value in pairs}


def upload_fields(form: Storage) -> dict[str, Any]:
    """Return the chosen provider's fields under LiveKit's names, without the empty ones."""
    prefix = f"{form.storage}_"
    values: dict[str, Any] = {
        name.removeprefix(prefix): value
        for name, value in form.model_dump().items()
        if name.startswith(prefix) and value
    }
    if "metadata" in values:
        values["metadata"] = s3_metadata(form.s3_metadata)
    if form.proxy_url and form.storage in {"s3", "gcp"}:
        names = ("url", "username", "password")
        values["proxy"] = {name: getattr(form, f"proxy_{name}") for name in names}
    return values


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
