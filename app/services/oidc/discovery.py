"""What a provider says of itself (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.services.oidc.errors import BadProvider

PATH = "/.well-known/openid-configuration"
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The provider's endpoints; empty for one that it doesn't have."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    posts_secret: bool  # it takes the client's secret only in the form, not by HTTP Basic
    names_itself: bool  # in each response to a browser (RFC 9207)


def address(issuer: str) -> str:
    """Return the address of the discovery document."""
    return issuer.rstrip("/") + PATH


def read(document: Mapping[str, Any], issuer: str) -> Metadata:
    """Return what the discovery document says. Raises BadProvider.

    Its issuer must be OIDC_ISSUER to the letter: otherwise another provider could speak for it.
    """
    if document.get("issuer") != issuer:
        raise BadProvider(
            f"It calls itself {_shown(document.get('issuer'))}, but OIDC_ISSUER is {issuer}.",
            advice="An administrator should set OIDC_ISSUER to exactly what the provider says.",
        )
    endpoints = {name: _endpoint(document, name, issuer) for name in (*REQUIRED, *OPTIONAL)}
    if missing := [name for name in REQUIRED if not endpoints[name]]:
        raise BadProvider(f"Its discovery document has no {missing[0]}.")
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=issuer,
        **endpoints,
        posts_secret="client_secret_basic" not in methods and "client_secret_post" in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(document: Mapping[str, Any], name: str, issuer: str) -> str:
    url = document.get(name) or ""
    schemes = {"https", urlsplit(issuer).scheme}
    if not url:
        return ""
    if not isinstance(url, str) or not url.isprintable() or urlsplit(url).scheme not in schemes:
        raise BadProvider(f"Its {name} isn't an https:// address.")
    return url


def _shown(value: object) -> str:
    return str(value)[:200] if value else "nothing"
