"""An action returns to the page on which it was begun, with its tab and filter."""

from urllib.parse import urlencode

import pytest

from app.text.paths import participant_path, room_path
from tests.routes.conftest import Join
from tests.routes.filled import confirmed, filled
from tests.support.visitor import Seen, Visitor


def sent_to(page: Seen) -> str:
    """Return the address of the form that the page is about."""
    (form,) = page.all("form", **{"data-form": ""})
    return form["action"]


def test_a_form_returns_to_the_page_from_which_it_was_opened(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    path, shown = participant_path(room, "ada"), f"{room_path(room)}?kind=standard&q=ad%C3%A1"
    page = admin.get(f"{path}/edit", headers={"Referer": admin.origin + shown})
    assert page.all("a", href=shown, **{"data-close": ""})
    action = sent_to(page)
    wrong = admin.send(action, filled(page) | {"attributes": "["}, Referer=admin.origin + path)
    assert wrong.status == 422
    action = sent_to(wrong)
    fields = filled(wrong) | {"attributes": "{}", "name": "Ada"}
    saved = admin.send(action, fields, Referer=f"{admin.origin}{path}/edit")
    assert saved.location == shown


@pytest.mark.parametrize(
    "came_from",
    [
        "https://evil.example/rooms?q=a",
        "//evil.example?q=a",
        "javascript:go()?q=a",
        "http://[?q=a",
        "/rooms/other?q=a",
        f"/{'r' * 1000}?q=a",
    ],
)
def test_no_address_of_where_one_came_from_leads_elsewhere(
    admin: Visitor, room: str, join: Join, came_from: str
) -> None:
    join(room, "ada", audio=True)
    path = participant_path(room, "ada")
    page = admin.get(f"{path}/edit?{urlencode({'from': came_from})}")
    assert page.all("a", href=room_path(room), **{"data-close": ""})
    action = sent_to(page)
    assert admin.send(action, filled(page) | {"name": "Ada"}).location == room_path(room)


def test_the_results_for_many_lead_back_to_the_filter(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    path, shown = room_path(room, "participants", "-", "mute"), f"{room_path(room)}?q=ad"
    fields = {"csrf": admin.token(), "scope": "selected", "who": "ada"}
    page = admin.send(path, fields, Referer=admin.origin + shown)
    assert page.all("a", href=shown, **{"data-close": ""})
    action = sent_to(page)
    done = admin.send(action, confirmed(page), Referer=admin.origin + path)
    assert "1 of 1 participant muted" in done.text
    assert done.all("a", href=shown, **{"data-close": ""})
