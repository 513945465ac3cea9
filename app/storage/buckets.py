"""Buckets of storage presets: how to open them, and which files LiveKit reports to be in them."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from app.config.presets import AliossPreset, AzurePreset, GcpPreset, Preset, S3Preset
from app.config.sources import is_set
from app.storage.declared import Declared
from app.storage.objects import Objects

AMAZON = "s3.amazonaws.com"
USUAL_REGION = "us-east-1"
GOOGLE = "https://storage.googleapis.com"
NO_OSS = "The dashboard can't read Alibaba Cloud OSS."
NO_ROLE = "Its preset assumes a role, which the dashboard can't do."
# With these in the environment, obstore uses them even if a preset has keys of its own.
REPLACING = ("GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_BEARER_TOKEN")
REPLACED = (
    "{} in the dashboard's environment replaces the credentials of its preset. Remove it, or use "
    "GOOGLE_APPLICATION_CREDENTIALS instead."
)


def unreadable(preset: Preset) -> str:
    """Return why the dashboard can't open a preset's bucket; nothing if it can."""
    match preset:
        case AliossPreset():
            return NO_OSS
        case S3Preset():
            return NO_ROLE if preset.assume_role_arn else ""
        case GcpPreset() if preset.credentials:
            replaced = [name for name in REPLACING if is_set(name)]
            return REPLACED.format(replaced[0]) if replaced else ""
    return ""


def opened(preset: Preset) -> Objects:
    """Return the bucket of a preset; no request is made yet.

    Without keys in the preset, those of the environment or of the machine's role are used, as
    egress workers do. The endpoint is always the preset's, because the environment may have that
    of STORAGE_URL.
    """
    match preset:
        case S3Preset():
            return Declared(f"s3://{preset.bucket}", dict(_of_s3(preset)), _keys_of_s3(preset))
        case GcpPreset():
            key = {"service_account_key": _text(preset.credentials)} if preset.credentials else {}
            config = {"base_url": GOOGLE, "skip_signature": "false"}
            return Declared(f"gs://{preset.bucket}", config | key)
        case AzurePreset():
            return Declared(
                f"az://{preset.container_name}", _of_azure(preset), _keys_of_azure(preset)
            )
        case _:
            raise ValueError(NO_OSS)


def _of_s3(preset: S3Preset) -> Iterator[tuple[str, str]]:
    region = preset.region or USUAL_REGION
    endpoint = preset.endpoint or _of_region(region)
    in_host = bool(preset.endpoint) and not preset.force_path_style
    if in_host:
        scheme, _, rest = endpoint.partition("://")
        endpoint = f"{scheme}://{preset.bucket}.{rest}"
    # this name of it also replaces AWS_ENDPOINT_URL_S3 of the environment
    yield "aws_endpoint_url_s3", endpoint.rstrip("/")
    yield "region", region
    yield "virtual_hosted_style_request", str(in_host).lower()
    yield "skip_signature", "false"


def _keys_of_s3(preset: S3Preset) -> dict[str, str | None] | None:
    if not preset.access_key:
        return None
    return {
        "access_key_id": _text(preset.access_key),
        "secret_access_key": _text(preset.secret),
        "token": _text(preset.session_token) or None,
    }


def _of_azure(preset: AzurePreset) -> dict[str, str]:
    return {
        "account_name": preset.account_name,
        "endpoint": _account(preset).rstrip("/"),
        "use_emulator": "false",
        "skip_signature": "false",
    }


def _keys_of_azure(preset: AzurePreset) -> dict[str, str | None] | None:
    return {"access_key": _text(preset.account_key)} if preset.account_key else None


def _of_region(region: str) -> str:
    ending = ".cn" if region.startswith("cn-") else ""
    return f"https://s3.{region}.amazonaws.com{ending}"


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def key_in(preset: Preset, filename: str, location: str) -> str | None:
    """Return the key of a file that LiveKit reported at a location, None for another storage.

    Workers write the location as a URL of the bucket, older ones without escaping the key, and some
    put a prefix of their own before it. It must end in the file's name, and be below the preset's
    own prefix.
    """
    name = filename.lstrip("/")
    for root in _roots(preset):
        if name and location.startswith(root):
            rest = location[len(root) :].lstrip("/")
            for key in (rest, unquote(rest)):
                if _is_of(key, name) and key.startswith(preset.path_prefix):
                    return key
    if isinstance(preset, AzurePreset) and location == f"{_account(preset)}{name}":
        return name if name.startswith(preset.path_prefix) else None
    return None


def _is_of(key: str, name: str) -> bool:
    return key == name or key.endswith(f"/{name}")


def _account(preset: AzurePreset) -> str:
    """Return how locations of older workers begin, which leave out the container."""
    return f"https://{preset.account_name}.blob.core.windows.net/"


def _roots(preset: Preset) -> Iterator[str]:
    """Yield how the locations of files in a bucket begin (livekit/storage, and older workers)."""
    match preset:
        case S3Preset():
            yield from _roots_of_s3(preset)
        case GcpPreset():
            yield f"https://{preset.bucket}.storage.googleapis.com/"
        case AzurePreset():
            yield f"{_account(preset)}{preset.container_name}/"
        case AliossPreset():
            yield f"https://{preset.bucket}.{_host(preset.endpoint)}/"


def _roots_of_s3(preset: S3Preset) -> Iterator[str]:
    hosts = [_host(preset.endpoint)] if preset.endpoint else [AMAZON]
    if not preset.endpoint and preset.region:
        hosts.append(_host(_of_region(preset.region)))
    for host in hosts:
        for scheme in ("https", "http"):
            yield f"{scheme}://{host}/{preset.bucket}/"
            yield f"{scheme}://{preset.bucket}.{host}/"
            # older workers put the bucket before the scheme
            yield f"https://{preset.bucket}.{scheme}://{host}/"


def _host(endpoint: str | None) -> str:
    parts = urlsplit(endpoint or "")
    return f"{parts.netloc}{parts.path}".rstrip("/")
