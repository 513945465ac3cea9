"""/sign-out ends the session at the provider too, and the provider leads back."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import jwt

from app.security.accounts.single_sign_on import LONGEST_HINT
from dev.oidc import CLIENT_ID, OpenIdProvider
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.single_sign_on import DISCOVERY, returned, somebody
from tests.support.visitor import Seen, Visitor


def where(seen: Seen) -> str:
    """Return where the page after signing out leads automatically."""
    assert seen.status == 200
    refresh = seen.headers["refresh"]
    assert refresh.startswith("0; url=")
    return str(refresh.removeprefix("0; url="))


def test_it_ends_here_and_the_page_leads_on(visitor: Visitor, provider: OpenIdProvider) -> None:
    name = somebody(provider, "support-team")
    returned(visitor, provider, name)
    seen = visitor.post("/sign-out")
    url = where(seen)
    assert seen.all("a", href=url)
    assert url.startswith(f"{provider.issuer}/session/end?")
    query = {key: value for key, (value,) in parse_qs(urlsplit(url).query).items()}
    assert query.keys() == {"id_token_hint", "client_id", "post_logout_redirect_uri"}
    assert query["client_id"] == CLIENT_ID
    assert query["post_logout_redirect_uri"] == f"{visitor.origin}/sign-in"
    hint = jwt.decode(query["id_token_hint"], options={"verify_signature": False})
    assert hint["sub"] == name
    assert visitor.get("/rooms").status == 303
    assert "You have signed out" in visitor.get("/sign-in").text
    assert "You have signed out" not in visitor.get("/sign-in").text


def test_htmx_is_led_on_too(visitor: Visitor, provider: OpenIdProvider) -> None:
    returned(visitor, provider, somebody(provider, "support-team"))
    seen = visitor.send("/sign-out", {"csrf": visitor.token()}, HX_Request="true")
    assert seen.status == 204
    assert seen.headers["hx-redirect"].startswith(f"{provider.issuer}/session/end?")


def test_who_signed_in_otherwise_doesnt_go_there(dashboard: Dashboard) -> None:
    add_person(dashboard, "pat")
    pat = signed_in(dashboard, "pat")
    assert pat.post("/sign-out").location == "/sign-in?signed-out=1"
    pat.close()


def test_a_long_token_is_left_out_of_the_address(
    visitor: Visitor, provider: OpenIdProvider
) -> None:
    provider.faults(token={"claims": {"groups": ["support-team", "x" * LONGEST_HINT]}})
    returned(visitor, provider, somebody(provider))
    seen = visitor.post("/sign-out")
    assert where(seen).startswith(f"{provider.issuer}/session/end?client_id={CLIENT_ID}&post_")
    assert sum(len(name) + len(value) + 4 for name, value in seen.headers.raw) < 4096


def test_a_provider_that_has_no_such_endpoint(
    provider: OpenIdProvider, fresh: Callable[..., Visitor]
) -> None:
    provider.faults(**{DISCOVERY: {"body": {"end_session_endpoint": None}}})
    visitor = fresh()
    returned(visitor, provider, somebody(provider, "support-team"))
    assert visitor.post("/sign-out").location == "/sign-in?signed-out=1"
    assert visitor.get("/rooms").status == 303
    visitor.close()


def test_a_provider_that_fails_keeps_nobody_signed_in(
    visitor: Visitor, provider: OpenIdProvider, dashboard: Dashboard, fresh: Callable[..., Visitor]
) -> None:
    returned(visitor, provider, somebody(provider, "support-team"))
    provider.faults(**{DISCOVERY: {"status": 500}})
    other = fresh(database_url=dashboard.settings.stored_in)
    other.http.cookies.update(dict(visitor.http.cookies))
    assert other.post("/sign-out").location == "/sign-in?signed-out=1"
    assert visitor.get("/rooms").status == 303
    other.close()
