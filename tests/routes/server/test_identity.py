"""DASHBOARD_NAME and DASHBOARD_COLOR: in the title, the top bar, and beside what destroys."""

import re

import pytest

from app.text.paths import room_path
from tests.routes.conftest import Start
from tests.support.visitor import Seen, Visitor

NAME = "Production <b>EU</b>"
SHOWN = "Production &lt;b&gt;EU&lt;/b&gt;"


@pytest.fixture(scope="module")
def named(start_dashboard: Start) -> Visitor:
    """A visitor of a dashboard that has a name and a color."""
    return start_dashboard(dashboard_name=NAME, dashboard_color="violet").visitor()


def title(page: Seen) -> str:
    """Return the title of a page, as markup."""
    found = re.search(r"<title[^>]*>(.*)</title>", page.html)
    assert found
    return found[1].replace("&#183;", "·")


def acts_on(page: Seen) -> str:
    """Return the markup that says on which dashboard a button acts."""
    return page.html.partition('class="acts-on"')[2].partition("</div>")[0]


@pytest.mark.parametrize("path", ["/", "/rooms", "/keys", "/nope"])
def test_every_page_says_which_dashboard_it_is(named: Visitor, path: str) -> None:
    page = named.get(path)
    assert f" · {SHOWN} · LiveKit Dashboard" in title(page)
    assert [html["data-color"] for html in page.all("html")] == ["violet"]
    topbar = page.html.partition('<header class="topbar">')[2].partition("</header>")[0]
    assert f">{SHOWN}</bdi>" in topbar
    assert 'class="swatch"' in topbar


def test_without_the_settings_nothing_is_shown(admin: Visitor, room: str) -> None:
    page = admin.get(room_path(room, "delete"))
    assert title(page).endswith(f"Delete {room} · LiveKit Dashboard")
    assert "data-color" not in page.all("html")[0]
    assert page.all("span", class_="swatch") == []
    assert page.all("span", class_="identity") == []
    assert acts_on(page) == ""


@pytest.mark.parametrize(
    ("settings", "squares", "names"),
    [({"dashboard_name": "Lab"}, 1, 1), ({"dashboard_color": "teal"}, 1, 0)],
)
def test_one_of_both_is_enough(
    start_dashboard: Start, settings: dict[str, str], squares: int, names: int
) -> None:
    page = start_dashboard(**settings).visitor().get("/keys")
    topbar = page.html.partition('<header class="topbar">')[2].partition("</header>")[0]
    assert (topbar.count('class="swatch"'), topbar.count(">Lab</bdi>")) == (squares, names)
    assert page.all("html")[0].get("data-color") == settings.get("dashboard_color")


def test_who_is_not_signed_in_learns_neither(start_dashboard: Start) -> None:
    dashboard = start_dashboard(dashboard_name="Secret lab", dashboard_color="rose")
    for visitor in (dashboard.visitor(username=None), dashboard.visitor(password="wrong")):
        page = visitor.get("/rooms")
        assert page.status == 401
        assert "Secret lab" not in page.html
        assert "rose" not in page.markup
    page = dashboard.visitor().get("/logout")
    assert "Secret lab" not in page.html


def test_a_button_that_destroys_names_it_and_others_do_not(named: Visitor, room: str) -> None:
    page = named.get(room_path(room, "delete"))
    assert f'on <bdi class="name">{SHOWN}</bdi>' in acts_on(page)
    button = next(b for b in page.all("button") if "btn-danger" in b.get("class", ""))
    assert page.all("span", id=button["aria-describedby"])
    for form in ("edit", "send"):
        assert acts_on(named.get(room_path(room, form))) == ""
    assert acts_on(named.get("/rooms/-/new")) == ""


def test_a_bulk_confirmation_and_an_import_name_it(named: Visitor, room: str) -> None:
    assert SHOWN in acts_on(named.post("/rooms/-/delete", room=[room]))
    file = '{"format": "livekit-dashboard sip definitions", "version": 1, "inbound_trunks": []}'
    assert acts_on(named.get("/sip/definitions")) == ""
    asked = named.post("/sip/definitions", definitions=file)
    assert asked.status == 200
    assert SHOWN in acts_on(asked)


def test_the_support_report_leaves_the_name_out(named: Visitor) -> None:
    page = named.get("/settings")
    assert "DASHBOARD_NAME Name of this dashboard, in titles, the top bar and" in page.text
    report = next(b["data-copy"] for b in page.all("button") if "support report" in str(b))
    assert "DASHBOARD_NAME=(set)" in report
    assert "DASHBOARD_COLOR=violet" in report
    assert "Production" not in report
