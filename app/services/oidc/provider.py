"""The OpenID provider: its documents, and what it returns for a code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp

from app.config.settings import Settings
from app.errors import DashboardError
from app.services.livekit.errors import broken_connection
from app.services.oidc import discovery
from app.services.oidc.discovery import Metadata
from app.services.oidc.errors import BadProvider, ProviderUnreachable, SignInExpired
from app.services.oidc.recent import Recent

TIMEOUT = 10.0  # seconds for one request
LARGEST = 1_000_000  # bytes of a response

Keys = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider returns for a code."""

    id_token: str
    access_token: str


class Provider:
    """The provider of OIDC_ISSUER; one for the process, opened by the lifespan.

    Nothing is read before somebody signs in. Redirects are not followed, so that no secret goes
    elsewhere.
    """

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._scopes = settings.oidc_scopes
        self._metadata = Recent(self._discover)
        self._keys = Recent(self._read_keys)

    async def __aenter__(self) -> "Provider":
        """Open the HTTP session."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT),
            headers={"Accept": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self._session.close()

    async def metadata(self) -> Metadata:
        """Return the provider's endpoints, at most an hour old. Raises ProviderError."""
        return await self._metadata.get()

    async def keys(self, *, renewed: bool = False) -> Keys:
        """Return the keys that it signs with (RFC 7517), at most an hour old.

        `renewed` reads them again, at most every 30 s: it is for a token with an unknown key, as
        after a rotation. Raises ProviderError.
        """
        return await (self._keys.renewed() if renewed else self._keys.get())

    async def sign_in_url(self, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Return the address at which the provider asks who somebody is. Raises ProviderError."""
        endpoint = (await self.metadata()).authorization_endpoint
        return with_query(
            endpoint,
            response_type="code",
            client_id=self.client_id,
            redirect_uri=redirect_uri,
            scope=self._scopes,
            state=state,
            nonce=nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Return the tokens for a code, which is good once.

        Raises SignInExpired if it isn't good any more, and ProviderError.
        """
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if self._secret and not metadata.posts_secret:
            # both are encoded before they are joined (RFC 6749, 2.3.1)
            name, secret = quote_plus(self.client_id), quote_plus(self._secret)
            headers["Authorization"] = aiohttp.encode_basic_auth(name, secret)
        else:
            form["client_id"] = self.client_id
            if self._secret:
                form["client_secret"] = self._secret
        status, body = await self._ask("POST", metadata.token_endpoint, data=form, headers=headers)
        if status != 200:
            raise _refusal(status, body)
        id_token, access_token = body.get("id_token"), body.get("access_token")
        if not isinstance(id_token, str):
            raise BadProvider("It returned no ID token: the scope openid may not be allowed.")
        return Tokens(id_token, access_token if isinstance(access_token, str) else "")

    async def userinfo(self, access_token: str, subject: str) -> Mapping[str, Any]:
        """Return the claims of the UserInfo endpoint; none if the provider has no such endpoint.

        They must be about the subject of the ID token (OpenID Connect Core 1.0, 5.3.2). Raises
        ProviderError.
        """
        endpoint = (await self.metadata()).userinfo_endpoint
        if not endpoint or not access_token:
            return {}
        bearer = {"Authorization": f"Bearer {access_token}"}
        status, body = await self._ask("GET", endpoint, headers=bearer)
        if status != 200:
            raise BadProvider(f"Its UserInfo endpoint responded with status {status}.")
        if body.get("sub") != subject:
            raise BadProvider("Its UserInfo endpoint responded about somebody else.")
        return body

    async def _discover(self) -> Metadata:
        return discovery.read(await self._document(discovery.address(self.issuer)), self.issuer)

    async def _read_keys(self) -> Keys:
        found = await self._document((await self.metadata()).jwks_uri)
        keys = found.get("keys")
        if not isinstance(keys, list):
            raise BadProvider("Its key set has no keys.")
        return [key for key in keys if isinstance(key, dict)]

    async def _document(self, url: str) -> Mapping[str, Any]:
        status, body = await self._ask("GET", url)
        if status != 200:
            raise BadProvider(f"{url} responded with status {status}.")
        return body

    async def _ask(self, method: str, url: str, **sent: Any) -> tuple[int, Mapping[str, Any]]:
        """Return the status of a response and its JSON object; an empty one for anything else."""
        host = urlsplit(url).netloc
        try:
            request = self._session.request(method, url, allow_redirects=False, **sent)
            async with request as response:
                text = await _limited(response)
        except TimeoutError:
            raise ProviderUnreachable(f"{host} didn't respond within {TIMEOUT:g} s.") from None
        except aiohttp.ClientError as error:
            raise ProviderUnreachable(broken_connection(host, error).reason) from None
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        if response.status == 200 and not isinstance(body, dict):
            raise BadProvider(f"{host}: the response isn't a JSON object.")
        return response.status, body if isinstance(body, dict) else {}


def with_query(url: str, **values: str) -> str:
    """Return a URL with values added to its query; empty ones are left out."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{url}{'&' if urlsplit(url).query else '?'}{query}"


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    text = b""
    async for part in response.content.iter_chunked(65_536):
        text += part
        if len(text) > LARGEST:
            raise BadProvider(f"{response.host}: the response is larger than {LARGEST:,} bytes.")
    return text


def _refusal(status: int, body: Mapping[str, Any]) -> DashboardError:
    error = str(body.get("error", ""))[:100]
    if error == "invalid_grant":
        reason = "it was used before, or has expired"
        return SignInExpired(f"The provider didn't accept the code: {reason} ({error}).")
    if error in {"invalid_client", "unauthorized_client"}:
        return BadProvider(f"It didn't accept OIDC_CLIENT_ID or OIDC_CLIENT_SECRET ({error}).")
    described = f" ({error})" if error else ""
    return BadProvider(f"Its token endpoint responded with status {status}{described}.")
