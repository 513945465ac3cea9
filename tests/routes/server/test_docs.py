"""/docs: the documentation, its pictures, and the ways to it."""

from app.manual.pages import DOCUMENTS
from tests.routes.conftest import Counted
from tests.routes.server.test_search import find, groups, hits
from tests.support.visitor import Visitor


def test_every_page_is_listed_and_opens(admin: Visitor) -> None:
    index = admin.get("/docs")
    help_page = admin.get("/keys")
    for document in DOCUMENTS.values():
        assert index.all("a", href=document.path), document.name
        assert help_page.all("a", href=document.path), document.name
        page = admin.get(document.path)
        assert page.status == 200
        assert f">{document.title} &#183; LiveKit Dashboard</title>" in page.html
        assert len(page.all("h1")) == 1
        assert page.all("a", href="/docs")


def test_they_ask_livekit_nothing(counted: Counted) -> None:
    for path in ("/docs", "/docs/features/rooms", "/docs/settings"):
        assert counted.get(path)[1] == 0


def test_a_picture_is_served_and_cached_by_the_browser_alone(admin: Visitor) -> None:
    answer = admin.http.get("/docs/pictures/overview-light.webp")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.content[8:12] == b"WEBP"


def test_what_is_no_page_is_not_found(admin: Visitor) -> None:
    for path in (
        "/docs/nope",
        "/docs/rooms",
        "/docs/features/nope",
        "/docs/features/..%2Fsettings",
        "/docs/pictures/nope.webp",
        "/docs/pictures/..%2Fsettings.md",
        "/docs/settings.md",
    ):
        assert admin.get(path).status == 404, path


def test_only_who_is_signed_in_reads_them(nobody: Visitor, reader: Visitor) -> None:
    for path in ("/docs", "/docs/security", "/docs/pictures/overview-light.webp"):
        assert nobody.get(path).status == 401, path
        assert reader.http.get(path).status_code == 200, path


def test_each_page_leads_to_its_own(admin: Visitor, bare: Visitor) -> None:
    for path, name in {
        "/": "overview",
        "/rooms": "rooms",
        "/egress": "egress",
        "/sip/route": "telephony",
        "/sandbox": "sandbox",
        "/settings": "settings-and-search",
    }.items():
        nav = admin.get(path).html.partition("<nav id")[2].partition("</nav>")[0]
        assert f'href="/docs/features/{name}"' in nav, path
    assert admin.get("/settings").all("a", href="/docs/settings")


def test_each_page_leads_to_livekits_own_guide(admin: Visitor) -> None:
    for path, area in {
        "/": "self-hosting",
        "/rooms": "rooms-participants-tracks/rooms",
        "/egress": "ingress-egress/egress",
        "/sip/rules": "dispatch-rule",
        "/settings": "self-hosting",
    }.items():
        (guide,) = [a for a in admin.get(path).all("a", target="_blank") if a["href"][0] != "/"]
        assert area in guide["href"], path
        assert "noopener" in guide["rel"]


def test_search_finds_them_by_title(admin: Visitor) -> None:
    assert hits(find(admin, "troubleshooting")) == {
        "/docs/troubleshooting": "Troubleshooting, Documentation"
    }
    assert "/docs/features/egress" in hits(find(admin, "documentation egress"))
    assert "Documentation" not in groups(find(admin, ""))
