"""/sign-in/oidc: whatever is wrong at the provider, a page says what and why, and nobody is in."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dev.oidc import OpenIdProvider
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import browser, signed_in
from tests.support.single_sign_on import (
    BACK,
    BEGIN,
    DISCOVERY,
    AtProvider,
    begun,
    below,
    refused,
    returned,
)
from tests.support.visitor import Visitor


@pytest.mark.alone
def test_an_unreachable_provider(fresh: Callable[..., Visitor]) -> None:
    visitor = fresh(oidc_issuer="http://localhost:9")
    began = time.monotonic()
    for _ in range(2):
        seen = visitor.get(BEGIN)
        refused(visitor, seen, 503, "The sign-in provider is unreachable", "localhost:9")
        assert "OIDC_ISSUER" in seen.text
    assert time.monotonic() - began < 5
    assert visitor.get("/sign-in").status == 200
    csrf = visitor.get("/sign-in").csrf
    assert visitor.post("/sign-in", csrf=csrf, name="admin", password=PASSWORD).status == 303
    visitor.close()


DOCUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "an error": ({DISCOVERY: {"status": 404}}, "responded with status 404"),
    "a page": ({DISCOVERY: {"body": "<html>"}}, "isn't a JSON object"),
    "a list": ({DISCOVERY: {"body": "[]"}}, "isn't a JSON object"),
    "too much": ({DISCOVERY: {"body": "x" * 1_100_000}}, "larger than 1,000,000 bytes"),
    "another issuer": ({DISCOVERY: {"body": {"issuer": "<b>x"}}}, "It calls itself <b>x"),
    "no endpoint": ({DISCOVERY: {"body": {"token_endpoint": ""}}}, "has no token_endpoint"),
    "a script": (
        {DISCOVERY: {"body": {"authorization_endpoint": "javascript:alert(1)"}}},
        "authorization_endpoint isn't an https:// address",
    ),
}


@pytest.mark.parametrize("why", DOCUMENTS)
def test_a_discovery_document_that_is_wrong(
    fresh: Callable[..., Visitor], provider: OpenIdProvider, why: str
) -> None:
    faults, said = DOCUMENTS[why]
    provider.faults(**faults)
    visitor = fresh()
    seen = visitor.get(BEGIN)
    refused(visitor, seen, 502, "The sign-in provider's response isn't valid", said)
    assert "<b>x" not in seen.html
    visitor.close()


@pytest.mark.parametrize(
    ("path", "fault", "said"),
    [
        ("/token", {"status": 500, "body": ""}, "status 500"),
        ("/token", {"body": {"id_token": None}}, "no ID token"),
        ("/token", {"body": {"id_token": "x.y"}}, "isn't a JSON Web Token"),
        ("/me", {"status": 403}, "UserInfo endpoint responded with status 403"),
        ("/me", {"body": {"sub": "somebody else"}}, "about somebody else"),
    ],
)
def test_a_response_that_is_wrong(
    visitor: Visitor, provider: OpenIdProvider, member: str, path: str, fault: Any, said: str
) -> None:
    provider.faults(**{path: fault})
    refused(visitor, returned(visitor, provider, member), 502, said)


def test_a_key_set_that_is_wrong(
    fresh: Callable[..., Visitor], provider: OpenIdProvider, member: str
) -> None:
    for body, said in (({"keys": 7}, "no keys"), ({"keys": []}, "doesn't publish")):
        provider.faults(**{"/jwks": {"body": body}})
        visitor = fresh()
        refused(visitor, returned(visitor, provider, member), 502, said)
        visitor.close()


def test_a_wrong_client_secret(
    fresh: Callable[..., Visitor], provider: OpenIdProvider, member: str
) -> None:
    visitor = fresh(oidc_client_secret="wrong")
    seen = returned(visitor, provider, member)
    refused(visitor, seen, 502, "OIDC_CLIENT_SECRET (invalid_client)")
    visitor.close()


def test_who_cancels_reads_the_providers_words(visitor: Visitor, provider: OpenIdProvider) -> None:
    with AtProvider(provider) as away:
        seen = visitor.get(below(visitor, away.cancel(begun(visitor))))
    refused(visitor, seen, 403, "The provider didn't sign you in", "<b>not today</b>")
    assert "(access_denied)" in seen.text
    assert "<b>not" not in seen.html


def test_a_callback_is_good_once_and_in_its_own_browser(
    visitor: Visitor, provider: OpenIdProvider, member: str, dashboard: Dashboard
) -> None:
    with AtProvider(provider) as away:
        back = below(visitor, away.sign_in(begun(visitor), member))
    cookies = dict(visitor.http.cookies)
    other = browser(dashboard)
    refused(other, other.get(back), 403, "This sign-in has expired")
    begun(other)
    refused(other, other.get(back), 403, "This sign-in has expired")
    assert visitor.get(back).status == 303
    replayed = browser(dashboard)
    replayed.http.cookies.update(cookies)
    seen = replayed.get(back)
    refused(replayed, seen, 403, "didn't accept the code", "(invalid_grant)")
    for each in (other, replayed):
        each.close()


def test_a_sign_in_that_was_begun_again_counts_alone(
    visitor: Visitor, provider: OpenIdProvider, member: str
) -> None:
    with AtProvider(provider) as away:
        first = below(visitor, away.sign_in(begun(visitor), member))
        second = below(visitor, away.sign_in(begun(visitor), member))
    refused(visitor, visitor.get(first), 403, "This sign-in has expired")
    refused(visitor, visitor.get(second), 403, "This sign-in has expired")


@pytest.mark.parametrize("issuer", [None, "https://evil.example", ""])
def test_a_response_of_another_provider_is_refused(
    visitor: Visitor, provider: OpenIdProvider, member: str, issuer: str | None
) -> None:
    with AtProvider(provider) as away:
        back = urlsplit(away.sign_in(begun(visitor), member))
    query = {name: value for name, (value,) in parse_qs(back.query).items()}
    assert query.pop("iss") == provider.issuer
    mixed = query if issuer is None else {**query, "iss": issuer}
    seen = visitor.get(f"{BACK}?{urlencode(mixed)}")
    refused(visitor, seen, 502, "another provider than OIDC_ISSUER")


@pytest.mark.parametrize("query", ["", "state=x&code=y", "error=access_denied", "code=y", "state="])
def test_a_callback_that_nobody_began(visitor: Visitor, query: str) -> None:
    refused(visitor, visitor.get(f"{BACK}?{query}"), 403, "This sign-in has expired")


def test_neither_code_nor_error(visitor: Visitor, provider: OpenIdProvider) -> None:
    url = begun(visitor)
    state = parse_qs(urlsplit(url).query)["state"][0]
    seen = visitor.get(BACK, params={"state": state, "iss": provider.issuer})
    refused(visitor, seen, 403, "neither a code nor an error")


def test_another_site_can_neither_embed_nor_fetch_them(visitor: Visitor) -> None:
    for mode, dest in (("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert visitor.get(BEGIN, headers=headers).status == 403
        assert visitor.get(f"{BACK}?code=x", headers=headers).status == 403


def test_failures_are_in_the_audit_and_strangers_cannot_fill_it(
    fresh: Callable[..., Visitor], provider: OpenIdProvider
) -> None:
    visitor = fresh(oidc_issuer="http://localhost:9")
    for _ in range(70):
        visitor.get(BEGIN)
    admin = browser_of(visitor)
    csrf = admin.get("/sign-in").csrf
    admin.post("/sign-in", csrf=csrf, name="admin", password=PASSWORD)
    listed = admin.get("/audit/-/export.json", params={"action": "session.start"}).response.json()
    failed = [entry for entry in listed if entry["outcome"] == "failed"]
    assert 50 <= len(failed) <= 60
    assert all("localhost:9" in entry["reason"] for entry in failed)
    admin.close()
    visitor.close()


def browser_of(visitor: Visitor) -> Visitor:
    """Return another browser at the same dashboard."""
    other = Visitor(visitor.origin, None, PASSWORD)
    other.http.headers.update(visitor.http.headers)
    return other


def test_signing_in_otherwise_still_works(dashboard: Dashboard) -> None:
    admin = signed_in(dashboard, "admin", PASSWORD)
    assert admin.get("/rooms").status == 200
    assert admin.get(BEGIN).headers["location"] == "/"
    admin.close()
