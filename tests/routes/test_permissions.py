"""Roles with few permissions: each page offers, names and does only what they include."""

from collections.abc import Callable

import pytest
from starlette.requests import Request

from app.security.basic_auth import CHALLENGE
from app.security.roles import Permission, User
from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, muted, people
from tests.routes.conftest import Join
from tests.routes.rooms.many import chosen, confirm, path
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

Start = Callable[..., Dashboard]
SEES = {Permission.SERVER_READ, Permission.ROOMS_READ}
MODERATES = ("mute", "unmute", "remove")
CHANGES = ("edit", "permissions", "subscriptions", "send", "rpc")


class Holding:
    """Everybody has the same permissions."""

    def __init__(self, *held: Permission) -> None:
        self._held = frozenset(held)

    def challenge(self, request: Request) -> str:
        """Return the header of HTTP Basic."""
        return CHALLENGE

    async def identify(self, request: Request) -> User | None:
        """Return the same user for every request."""
        return User("somebody", "theirs", held=self._held)


@pytest.fixture(scope="module")
def moderator(start_dashboard: Start) -> Visitor:
    """Somebody who may mute and remove, and no more."""
    return start_dashboard(Holding(*SEES, Permission.PARTICIPANTS_MODERATE)).visitor()


@pytest.fixture(scope="module")
def changer(start_dashboard: Start) -> Visitor:
    """Somebody who may do all to participants but mute and remove them."""
    return start_dashboard(Holding(*SEES, Permission.PARTICIPANTS_WRITE)).visitor()


@pytest.fixture(scope="module")
def onlooker(start_dashboard: Start) -> Visitor:
    """Somebody who may open the overview only."""
    return start_dashboard(Holding(Permission.SERVER_READ)).visitor()


def addresses(page: Seen) -> set[str]:
    """Return the last part of each address that a link or button of the page has."""
    found = [a.get("href") or a.get("formaction") or "" for _, a in page.tags]
    return {each.partition("?")[0].rpartition("/")[2] for each in found}


def pages(visitor: Visitor, room: str, identity: str) -> list[Seen]:
    """Return the two pages that have buttons for a participant."""
    both = [visitor.get(room_path(room)), visitor.get(participant_path(room, identity))]
    assert [page.status for page in both] == [200, 200]
    return both


def test_mute_and_remove_only(moderator: Visitor, livekit: Ask, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    for page in pages(moderator, room, "ada"):
        offered = addresses(page)
        assert {"mute-all", "remove"} <= offered
        assert offered.isdisjoint(CHANGES), page.html
    for action in CHANGES:
        at = participant_path(room, "ada", action)
        assert moderator.get(at).status == 403
        assert moderator.post(at, name="x").status == 403
    for action in ("permissions", "send"):
        assert moderator.post(path(room, action), **chosen(["ada"])).status == 403
    at = participant_path(room, "ada", "mute")
    assert moderator.post(at, track=ada.track_sids["microphone"]).status == 303
    assert muted(livekit, room, "ada") == [True]
    page = moderator.post(path(room, "remove"), **chosen(["ada"]))
    assert confirm(moderator, page, path(room, "remove"), typed="1").status == 200
    until(lambda: "ada" not in people(livekit, room))


def test_everything_but_mute_and_remove(
    changer: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    for page in pages(changer, room, "ada"):
        offered = addresses(page)
        assert {*CHANGES} <= offered
        assert offered.isdisjoint({*MODERATES, "mute-all"}), page.html
    for action in MODERATES:
        track = ada.track_sids["microphone"]
        assert changer.post(participant_path(room, "ada", action), track=track).status == 403
        assert changer.post(path(room, action), **chosen(["ada"])).status == 403
    assert muted(livekit, room, "ada") == [False]
    at = participant_path(room, "ada", "edit")
    form = changer.get(at)
    shown = form.all("input", name="shown")[0]["value"]
    assert changer.post(at, name="Ada", shown=shown).status == 303
    until(lambda: people(livekit, room)["ada"].name == "Ada")


def test_the_overview_names_nothing_that_may_not_be_opened(
    onlooker: Visitor, admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada")
    assert "Rooms" in admin.get("/").text
    page = onlooker.get("/")
    assert page.status == 200
    assert room not in page.html
    assert page.all("a", class_="tile stat") == []
    for place in ("/rooms", "/agents", "/egress", "/settings", "/settings#capabilities"):
        assert page.all("a", href=place) == []
    assert onlooker.get("/settings").status == 403
    assert "support report" in onlooker.get("/keys").text
    assert onlooker.get("/keys").all("a", href="/settings") == []


def test_the_overview_counts_the_problems_of_other_pages(
    onlooker: Visitor, admin: Visitor, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room(max_participants=1)
    join(room, "ada")
    until(lambda: "is full" in admin.get("/").text)
    page = onlooker.get("/")
    assert room not in page.html
    assert "pages that your role doesn't include." in page.text
