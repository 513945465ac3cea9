"""Sign-in at the tests' OpenID provider, step by step as a browser does it."""

import secrets
from typing import Any
from urllib.parse import urlsplit

import httpx

from dev.oidc import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from tests.support.leaks import LEAKS
from tests.support.visitor import Seen, Visitor

BEGIN = "/sign-in/oidc"
BACK = "/sign-in/oidc/callback"
DISCOVERY = "/.well-known/openid-configuration"


def connected(provider: OpenIdProvider, **settings: Any) -> dict[str, Any]:
    """Return the settings of a dashboard in which a group of the provider decides the role."""
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_scopes": "openid profile email groups",
        "oidc_role_claim": "groups",
        "oidc_roles": "dashboard-admins=admin,support-team=support",
    } | settings


def somebody(provider: OpenIdProvider, *groups: str, **claims: Any) -> str:
    """Let somebody new sign in at the provider, a member of these groups; return the name."""
    name = f"kim {secrets.token_hex(4)}"
    return provider.person(name, **{"preferred_username": name, "groups": list(groups)} | claims)


class AtProvider:
    """The part of a browser that is at the provider."""

    def __init__(self, provider: OpenIdProvider) -> None:
        self.http = httpx.Client(base_url=provider.issuer, timeout=30)

    def __enter__(self) -> "AtProvider":
        """Return the browser's part."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.http.close()

    def sign_in(self, url: str, name: str) -> str:
        """Sign in at the address that the dashboard led to; return where the provider leads."""
        page = self._followed(self.http.get(url))
        if page.is_redirect:
            return self._back(page)
        return self._back(self._followed(self.http.post(str(page.url), data={"login": name})))

    def cancel(self, url: str) -> str:
        """Cancel there; return where the provider leads."""
        page = self._followed(self.http.get(url))
        return self._back(self._followed(self.http.get(f"{page.url}?cancel")))

    def _followed(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects as long as they stay at the provider."""
        while response.is_redirect:
            to = response.url.join(response.headers["location"])
            if to.netloc != self.http.base_url.netloc:
                break
            response = self.http.get(to)
        return response

    def _back(self, response: httpx.Response) -> str:
        assert response.is_redirect, (response.status_code, response.text[:500])
        return str(response.headers["location"])


def begun(browser: Visitor, place: str = "/") -> str:
    """Click the button for single sign-on; return the provider's address to which it leads."""
    seen = browser.get(BEGIN, params={"next": place})
    assert seen.status == 303, (seen.status, seen.main)
    return str(seen.headers["location"])


def returned(browser: Visitor, provider: OpenIdProvider, name: str, place: str = "/") -> Seen:
    """Sign in at the provider, and return to the dashboard; what it answers then."""
    with AtProvider(provider) as away:
        back = away.sign_in(begun(browser, place), name)
    return browser.get(below(browser, back))


def below(browser: Visitor, url: str) -> str:
    """Return the part of an address that is the dashboard's, which must be this one."""
    assert url.startswith(f"{browser.origin}/"), url
    parts = urlsplit(url)
    for pair in parts.query.split("&"):
        if pair.startswith("code="):
            LEAKS.keep(pair.removeprefix("code="), "a code")
    return f"{parts.path}?{parts.query}"


def refused(visitor: Visitor, seen: Seen, status: int, *said: str) -> None:
    """Check that a page says what is wrong and leads back, and that nobody is signed in."""
    assert (seen.status, [text for text in said if text not in seen.text]) == (
        status,
        [],
    ), seen.text
    assert seen.all("a", href="/sign-in")
    assert visitor.get("/rooms").status == 303
