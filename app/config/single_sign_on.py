"""The settings of sign-in elsewhere: an OpenID provider, or a proxy. They need DATABASE_URL."""

import re
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode

from app.config.checks import display_name, parts

HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,99}", re.ASCII)
LONGEST_ROLE = 64  # characters
# Browsers and proxies set these themselves, or other parts of the dashboard read them.
TAKEN = frozenset({"authorization", "cookie", "host", "origin", "referer", "user-agent"})


def issuer(value: str) -> str:
    """Return an issuer exactly as it was given (OpenID Connect Discovery 1.0, 3).

    Raises ValueError if it isn't a URL without user, query and fragment.
    """
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname or url.port == 0:
        raise ValueError("must look like https://id.example.com/realms/staff")
    if url.query or url.fragment or "@" in url.netloc or not value.isprintable():
        raise ValueError("can't contain a user name, a query or a fragment")
    if any(char.isspace() or char in "\"'<>\\,;" for char in value):
        raise ValueError("has a character that isn't valid in a URL")
    return value


def scopes(value: str) -> str:
    """Return scopes, one space between them. Raises ValueError without `openid`."""
    names = value.split()
    if "openid" not in names:
        raise ValueError("must include openid")
    return " ".join(names)


def role(value: str) -> str:
    """Return the name of a role, also of one's own. Raises ValueError for what can't be one."""
    name = value.strip()
    if value and (not name or not name.isprintable() or len(name) > LONGEST_ROLE):
        raise ValueError("isn't the name of a role, such as viewer")
    return name


def mapped(value: str) -> str:
    """Return a value of the claim with its role, `value=role`. Raises ValueError for others."""
    group, _, name = (part.strip() for part in value.rpartition("="))
    if not group or not role(name):
        raise ValueError("must look like dashboard-admins=admin,support-team=support")
    return f"{group}={name}"


def header(value: str) -> str:
    """Return the name of a header. Raises ValueError for one that means something else."""
    if value and (not HEADER.fullmatch(value) or value.lower() in TAKEN):
        raise ValueError("must be a header of the proxy's own, such as X-Forwarded-User")
    return value


Role = Annotated[str, AfterValidator(role)]
Mapped = Annotated[str, AfterValidator(mapped)]


class SingleSignOnSettings(BaseSettings):
    """Who else says who somebody is, and which role people have then."""

    oidc_issuer: Annotated[str, Field(max_length=500), AfterValidator(issuer)] | None = None
    oidc_client_id: str = Field("", max_length=500, validate_default=True)
    oidc_client_secret: SecretStr | None = None
    oidc_name: Annotated[str, AfterValidator(display_name)] = Field("single sign-on", max_length=40)
    oidc_scopes: Annotated[str, AfterValidator(scopes)] = "openid profile email"
    oidc_role_claim: str = Field("", max_length=200)
    oidc_roles: Annotated[tuple[Mapped, ...], NoDecode, BeforeValidator(parts)] = Field(
        (), validate_default=True
    )
    oidc_default_role: Role = ""
    trusted_user_header: Annotated[str, AfterValidator(header)] = ""
    trusted_user_role: Role = ""

    @property
    def role_of(self) -> Sequence[tuple[str, str]]:
        """The values of the claim and their roles, in the order in which they are tried."""
        pairs = (entry.rpartition("=") for entry in self.oidc_roles)
        return [(value, name) for value, _, name in pairs]

    @field_validator("oidc_client_id")
    @classmethod
    def _belongs_to_an_issuer(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("missing; OIDC_ISSUER needs it")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _has_a_claim(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if bool(value) != bool(info.data.get("oidc_role_claim")):
            raise ValueError("OIDC_ROLE_CLAIM and OIDC_ROLES only work together")
        return value

    @field_validator("environment", check_fields=False)
    @classmethod
    def _encrypted_in_production(cls, value: str, info: ValidationInfo) -> str:
        if value == "production" and (info.data.get("oidc_issuer") or "").startswith("http:"):
            raise ValueError("production requires that OIDC_ISSUER begin with https://")
        return value

    @field_validator("trusted_proxies", check_fields=False)
    @classmethod
    def _not_everybody(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("trusted_user_header") and "*" in value:
            raise ValueError("can't be * with TRUSTED_USER_HEADER: anybody could be anybody")
        return value
