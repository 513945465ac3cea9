"""The places that search offers: pages and actions, as far as the visitor may; and /keys."""

from typing import Any

from fastapi.routing import iter_route_contexts

from app import __version__
from app.labels.terms import GUIDES, TERMS
from app.navigation.actions import ACTIONS
from app.navigation.sidebar import NAV
from app.security.guards import Guard
from app.text.formatters import first_upper
from tests.contracts.surface import guard_of
from tests.routes.conftest import Counted
from tests.routes.server.test_search import find, groups, hits
from tests.support.dashboard import Dashboard, with_store
from tests.support.visitor import Visitor


def test_pages_and_actions_are_found_by_their_words(admin: Visitor) -> None:
    assert list(hits(find(admin, "settings"))) == [
        "/settings",
        "/docs/settings",
        "/docs/features/settings-and-search",
    ]
    assert "/rooms/-/new" in hits(find(admin, "create ROOM"))
    assert "/sip/trunks/-/new?kind=outbound" in hits(find(admin, "new outbound"))
    assert "/settings" not in hits(find(admin, "ettings"))  # words are typed from their beginning


def test_without_a_text_there_are_the_places_and_no_call(counted: Counted) -> None:
    whole, calls = counted.get("/search?q=%20")
    assert calls == 0  # the top bar sends a request of its own
    assert groups(whole) == ["Pages", "Actions"]
    _, calls = counted.get("/search?q=&partial=1")
    assert calls == 0


def test_every_place_is_there_and_asks_for_its_own_permission(dashboard: Dashboard) -> None:
    contexts = iter_route_contexts(with_store(dashboard.app).routes)
    guards = {str(c.path): guard_of(c) for c in contexts if "GET" in (c.methods or ())}
    rows: list[Any] = [*ACTIONS, *(item for _, items in NAV for item in items)]
    for row in rows:
        guard = guards[row.path.partition("?")[0]]
        assert isinstance(guard, Guard)
        assert guard.permission == row.permission, row.path


def test_who_only_reads_is_offered_no_action(reader: Visitor, admin: Visitor) -> None:
    for q in ("", "new", "room"):
        assert "Actions" in groups(find(admin, q)), q
        assert not [p for p in hits(find(reader, q)) if "/-/new" in p], q
    assert hits(find(reader, "keys")) == {"/keys": "Help"}


def test_help_has_shortcuts_terms_and_links(admin: Visitor, nobody: Visitor) -> None:
    page = admin.get("/keys")
    assert f"LiveKit Dashboard {__version__}." in page.text
    for term in TERMS.values():
        assert f"{first_upper(term.title)} {term.meaning}" in page.text
    for label, href in GUIDES:
        assert label in page.text
        assert page.all("a", href=href, rel="noreferrer noopener")
    assert nobody.get("/keys").status == 401


def test_the_sidebar_has_help_and_the_version(admin: Visitor, nobody: Visitor) -> None:
    page = admin.get("/settings")
    nav = page.html.partition("<nav id")[2].partition("</nav>")[0]
    assert f"Version {__version__}<" in nav
    assert page.all("a", href="/keys", **{"data-key": "keys"})
    assert __version__ not in nobody.get("/settings").html


def test_the_keys_have_a_page(admin: Visitor) -> None:
    page = admin.get("/keys")
    assert "Ctrl K" in page.text
    assert "Shortcuts need JavaScript." in page.text
    assert page.all("a", href="/keys")
    assert page.all("a", href="/search")
