"""/sign-in/oidc: people sign in at a real provider, and their claims say which role they have."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from app.store.schema import IDENTITIES, USERS
from app.store.store import Store
from dev.oidc import PUBLIC_CLIENT_ID, OpenIdProvider
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.single_sign_on import (
    AtProvider,
    begun,
    below,
    connected,
    returned,
    somebody,
)
from tests.support.stores import Databases, in_store
from tests.support.visitor import Visitor


def changed(name: str, **values: object) -> Callable[[Store], Awaitable[None]]:
    """Return what changes an account in a store."""

    async def change(store: Store) -> None:
        async with store.write() as connection:
            await connection.execute(update(USERS).where(USERS.c.name == name).values(values))

    return change


async def people(store: Store) -> list[tuple[str, str, str, str]]:
    """Return name, role, e-mail address and subject of each person with an identity."""
    columns = (USERS.c.name, USERS.c.role, USERS.c.email, IDENTITIES.c.subject)
    joined = USERS.join(IDENTITIES, IDENTITIES.c.user_id == USERS.c.id)
    async with store.read() as connection:
        found = await connection.execute(select(*columns).select_from(joined))
        return [tuple(row) for row in found]


def test_the_page_to_sign_in_offers_it_without_asking_the_provider(
    start_dashboard: Callable[..., Dashboard], databases: Databases, provider: OpenIdProvider
) -> None:
    away = connected(provider, oidc_issuer="http://127.0.0.1:9", oidc_name="<b>Acme")
    visitor = browser(start_dashboard(database_url=databases.new(), **away))
    page = visitor.get("/sign-in?next=/rooms")
    assert page.status == 200
    assert "Continue with <b>Acme" in page.text
    assert page.all("a", href="/sign-in/oidc?next=%2Frooms")
    visitor.close()


def test_a_first_sign_in_creates_an_account_with_the_role_of_the_group(
    visitor: Visitor, provider: OpenIdProvider, dashboard: Dashboard
) -> None:
    claims = {"email": "kim@example.com", "email_verified": True}
    name = somebody(provider, "other", "support-team", **claims)
    seen = returned(visitor, provider, name, "/rooms?q=a")
    assert (seen.status, seen.location) == (303, "/rooms?q=a")
    assert name in visitor.get("/rooms").text
    found = in_store(dashboard.settings.stored_in, people)
    assert (name, "support", "kim@example.com", name) in found


def test_it_asks_for_a_code_with_proof_and_nothing_else(
    visitor: Visitor, provider: OpenIdProvider
) -> None:
    url = urlsplit(begun(visitor))
    query = {key: value for key, (value,) in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}" == provider.issuer
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == f"{visitor.origin}/sign-in/oidc/callback"
    assert query["code_challenge_method"] == "S256"
    assert len({query[key] for key in ("state", "nonce", "code_challenge")}) == 3
    assert all(len(query[key]) >= 43 for key in ("state", "nonce", "code_challenge"))


def test_the_provider_leads_back_to_the_address_that_the_browser_has(visitor: Visitor) -> None:
    through = {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/below", "Host": "a.example"}
    seen = visitor.get("/sign-in/oidc", headers=through)
    (uri,) = parse_qs(urlsplit(seen.headers["location"]).query)["redirect_uri"]
    assert uri == "https://a.example/below/sign-in/oidc/callback"


def test_the_first_entry_of_the_mapping_counts_and_each_sign_in_asks_again(
    visitor: Visitor, provider: OpenIdProvider
) -> None:
    name = somebody(provider, "support-team", "dashboard-admins")
    returned(visitor, provider, name)
    assert visitor.get("/audit").status == 200
    provider.person(name, preferred_username="another name", groups="support-team")
    visitor.post("/sign-out")
    returned(visitor, provider, name)
    assert visitor.get("/audit").status == 403
    page = visitor.get("/rooms")
    assert name in page.text
    assert "another name" not in page.text


def test_the_id_token_may_have_the_claim_and_its_name_may_have_dots(
    start_dashboard: Callable[..., Dashboard], databases: Databases, provider: OpenIdProvider
) -> None:
    nested = connected(provider, oidc_role_claim="realm_access.roles", oidc_roles="boss=admin")
    visitor = browser(start_dashboard(database_url=databases.new(), **nested))
    name = somebody(provider, realm_access={"roles": ["x", "boss"]})
    returned(visitor, provider, name)
    assert visitor.get("/audit").status == 200
    visitor.close()
    inside = {"realm_access": {"roles": ["boss"]}, "preferred_username": "lee"}
    provider.faults(token={"claims": inside}, **{"/me": {"status": 500}})
    visitor = browser(start_dashboard(database_url=databases.new(), **nested))
    returned(visitor, provider, somebody(provider))
    assert "lee" in visitor.get("/audit").text
    visitor.close()


def test_a_client_may_have_no_secret_and_everybody_a_role(
    start_dashboard: Callable[..., Dashboard], databases: Databases, provider: OpenIdProvider
) -> None:
    open_to_all = connected(
        provider,
        oidc_client_id=PUBLIC_CLIENT_ID,
        oidc_client_secret=None,
        oidc_role_claim="",
        oidc_roles=(),
        oidc_default_role="viewer",
    )
    dashboard = start_dashboard(database_url=databases.new(), **open_to_all)
    visitor, name = browser(dashboard), somebody(provider)
    returned(visitor, provider, name)
    assert visitor.get("/rooms/-/new").status == 403
    # without a claim, the role is what an administrator makes of it
    in_store(dashboard.settings.stored_in, changed(name, role="operator"))
    visitor.post("/sign-out")
    returned(visitor, provider, name)
    assert visitor.get("/rooms/-/new").status == 200
    visitor.close()


def test_a_name_that_is_taken_stays_its_owners(
    visitor: Visitor, provider: OpenIdProvider, dashboard: Dashboard
) -> None:
    name = somebody(provider, "support-team", email="boss@example.com", email_verified=True)
    add_person(dashboard, name, "admin")
    returned(visitor, provider, name)
    page = visitor.get("/rooms")
    assert f"{name} (localhost)" in page.text
    assert visitor.get("/audit").status == 403
    twin = somebody(provider, "support-team", preferred_username=name)
    visitor.post("/sign-out")
    returned(visitor, provider, twin)
    assert f"{name} 2" in visitor.get("/rooms").text
    emergency = somebody(provider, "support-team", preferred_username="ADMIN")
    visitor.post("/sign-out")
    returned(visitor, provider, emergency)
    assert "ADMIN (localhost)" in visitor.get("/rooms").text
    for given, got in (("Dashboard", "Dashboard (localhost)"), ("command line", "command line 2")):
        program = somebody(provider, "support-team", preferred_username=given)
        visitor.post("/sign-out")
        returned(visitor, provider, program)
        assert got in visitor.get("/rooms").text
    owner = signed_in(dashboard, name)
    assert owner.get("/audit").status == 200
    owner.close()


def test_a_claim_that_is_no_name_is_left_out(visitor: Visitor, provider: OpenIdProvider) -> None:
    odd = somebody(provider, "support-team", preferred_username="a:b\n", email="odd@example.com")
    returned(visitor, provider, odd)
    assert "odd@example.com" in visitor.get("/rooms").text


def test_a_disabled_account_and_a_user_without_role_are_refused(
    visitor: Visitor, provider: OpenIdProvider, dashboard: Dashboard
) -> None:
    name = somebody(provider, "support-team")
    returned(visitor, provider, name)
    visitor.post("/sign-out")
    in_store(dashboard.settings.stored_in, changed(name, disabled=datetime.now(UTC)))
    seen = returned(visitor, provider, name)
    assert (seen.status, "Your account is disabled" in seen.text) == (403, True)
    for groups, said in ((["<i>x", "y"], "is <i>x, y"), ([], "has no claim “groups”")):
        stranger = somebody(provider, *groups)
        with AtProvider(provider) as away:
            seen = visitor.get(below(visitor, away.sign_in(begun(visitor, "/rooms"), stranger)))
        assert seen.status == 403
        assert "You have no role in this dashboard" in seen.text
        assert said in seen.text
        assert seen.all("a", href="/sign-in?next=%2Frooms")
        assert not any(stranger in row for row in in_store(dashboard.settings.stored_in, people))
    assert visitor.get("/rooms").status == 303
    admin = signed_in(dashboard, "admin", PASSWORD)
    text = admin.get("/audit", params={"action": "session.start"}).text
    assert "refused" in text
    admin.close()


def test_a_role_that_does_not_exist_is_refused(
    start_dashboard: Callable[..., Dashboard], databases: Databases, provider: OpenIdProvider
) -> None:
    wrong = connected(provider, oidc_roles="x=chief")
    visitor = browser(start_dashboard(database_url=databases.new(), **wrong))
    seen = returned(visitor, provider, somebody(provider, "x"))
    assert (seen.status, "The role chief" in seen.text) == (403, True)
    visitor.close()


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(visitor: Visitor, provider: OpenIdProvider, place: str) -> None:
    seen = returned(visitor, provider, somebody(provider, "support-team"), place)
    assert seen.headers["location"] == "/"
    assert visitor.get("/sign-in/oidc", params={"next": place}).headers["location"] == "/"


def test_the_session_is_a_new_one(
    visitor: Visitor, provider: OpenIdProvider, dashboard: Dashboard
) -> None:
    with AtProvider(provider) as away:
        back = away.sign_in(begun(visitor), somebody(provider, "support-team"))
    before, token = dict(visitor.http.cookies), visitor.get("/sign-in").csrf
    assert visitor.get(below(visitor, back)).status == 303
    assert dict(visitor.http.cookies) != before
    fixed = browser(dashboard)
    fixed.http.cookies.update(before)
    assert fixed.get("/rooms").status == 303
    fixed.close()
    assert visitor.post("/sign-out", csrf=token).status == 403


def test_one_person_in_two_browsers_at_the_same_moment_has_one_account(
    dashboard: Dashboard, provider: OpenIdProvider
) -> None:
    name = somebody(provider, "support-team")
    browsers = [browser(dashboard) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda each: returned(each, provider, name).status, browsers))
    assert seen == [303] * 4
    found = [row for row in in_store(dashboard.settings.stored_in, people) if row[3] == name]
    assert [row[0] for row in found] == [name]
    for each in browsers:
        each.close()
