"""Users in a browser: invite a viewer, let him in, see what he may not do, look at the audit."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.test_accounts import sign_in
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import SECRET, add_person
from tests.support.waiting import until

CHOSEN = "quite-Another-9-secret"


@pytest.fixture(scope="module")
def accounts(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with one administrator, root."""
    LEAKS.keep(CHOSEN, "a password")
    folder = tmp_path_factory.mktemp("store")
    dashboard = start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db")
    add_person(dashboard, "root", "admin")
    return dashboard


@pytest.fixture
def stranger(open_page: OpenPage, accounts: Dashboard) -> Callable[..., Page]:
    """Opens pages in browsers in which nobody is signed in."""
    return lambda **options: open_page(
        at=accounts.url, extra_http_headers={}, fresh=True, **options
    )


@pytest.fixture
def root(stranger: Callable[..., Page]) -> Page:
    """The page of an administrator who has signed in."""
    page = stranger()
    page.goto("/sign-in")
    sign_in(page, "root", SECRET)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


def link_on(page: Page) -> str:
    """Return the address of the link that a page or dialog shows."""
    url = page.get_by_role("textbox", name="Link").input_value()
    LEAKS.keep(url.partition("key=")[2], "the key of a link")
    return url


def test_a_viewer_is_invited_and_what_was_done_is_in_the_audit(
    root: Page,
    stranger: Callable[..., Page],
    watch: Watch,
    make_room: Callable[..., str],
    join: Join,
) -> None:
    watch.expect_status(403)
    watch.expect_status(410)
    watch.expect_status(422)
    name, room = f"Vera <b> {secrets.token_hex(4)}", make_room()
    join(room, "ada", audio=True)
    root.get_by_role("link", name="Users", exact=True).click()
    root.get_by_role("link", name="Invite user").click()
    dialog = root.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Role", exact=True).select_option("viewer")
    dialog.get_by_role("button", name="Create invitation").click()
    expect(dialog.get_by_text("Copy this link now")).to_be_visible()
    assert problems_everywhere(root) == {}
    link = link_on(root)

    viewer = stranger()
    viewer.goto(link)
    assert problems_everywhere(viewer) == {}
    viewer.get_by_label("Password", exact=True).fill("short")
    viewer.get_by_label("Show password").check()
    expect(viewer.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    viewer.get_by_role("button", name="Set password and sign in").click()
    expect(viewer.get_by_text("Use at least 12 characters.")).to_be_visible()
    viewer.get_by_label("Password", exact=True).fill(CHOSEN)
    viewer.get_by_role("button", name="Set password and sign in").click()
    expect(viewer.get_by_text(f"Welcome, {name}.")).to_be_visible()

    for hidden in ("Users", "Roles", "Audit log", "Settings"):
        expect(viewer.get_by_role("link", name=hidden, exact=True)).to_have_count(0)
    viewer.goto(room_path(room))
    expect(viewer.get_by_role("link", name="Details of ada")).to_be_visible()
    expect(viewer.get_by_text("Remove…")).to_have_count(0)
    viewer.goto(room_path(room, "delete"))
    expect(viewer.get_by_text("You don't have permission to do this")).to_be_visible()
    viewer.goto("/users")
    expect(viewer.get_by_text("You don't have permission to do this")).to_be_visible()

    other = stranger()
    other.goto(link)
    expect(other.get_by_role("heading", name="This link isn't valid any more")).to_be_visible()
    assert problems_everywhere(other) == {}

    root.goto("/users")
    root.get_by_role("link", name=name).click()
    expect(root.get_by_role("heading", name=name)).to_be_visible()
    root.get_by_role("link", name="About this user").click()
    expect(root.get_by_role("link", name="Invite user")).to_be_visible()
    root.goto("/users")
    root.get_by_role("link", name=name).click()
    root.get_by_role("link", name="By this user").click()
    expect(root.get_by_role("link", name="Accept invitation")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_sessions_end_and_a_user_is_disabled(
    accounts: Dashboard, stranger: Callable[..., Page], scripts: bool
) -> None:
    name = f"Vera {secrets.token_hex(4)}"
    number = add_person(accounts, name)
    viewer = stranger()
    viewer.goto("/sign-in")
    sign_in(viewer, name)
    expect(viewer.get_by_role("heading", name="Overview")).to_be_visible()
    root = stranger(java_script_enabled=scripts)
    root.goto("/sign-in")
    sign_in(root, "root")
    root.goto(f"/users/{number}")
    expect(root.locator("tr", has_text="Chrome")).to_have_count(1)
    root.get_by_role("button", name="End all sessions").click()
    expect(root.get_by_text("Not signed in anywhere.")).to_be_visible()
    viewer.goto("/rooms")
    expect(viewer.get_by_role("heading", name="Sign in")).to_be_visible()
    root.get_by_role("link", name="Disable…").click()
    root.get_by_role("button", name="Disable user").click()
    expect(root.get_by_text(f"{name} was disabled.").first).to_be_visible()
    root.get_by_role("button", name="Enable", exact=True).click()
    expect(root.get_by_text(f"{name} can sign in again.").first).to_be_visible()


def test_a_role_of_ones_own(accounts: Dashboard, root: Page) -> None:
    name = f"Night {secrets.token_hex(4)}"
    root.goto("/roles/viewer")
    assert problems_everywhere(root) == {}
    root.get_by_role("link", name="Copy as a new role").click()
    root.get_by_label("Name", exact=True).fill(name)
    root.get_by_label("Mute and remove participants").check()
    root.get_by_label("View egress").uncheck()
    assert problems_everywhere(root) == {}
    root.get_by_role("button", name="Create role").click()
    expect(root.get_by_role("heading", name=name)).to_be_visible()
    number = add_person(accounts, f"Vera {secrets.token_hex(4)}", "viewer")
    root.goto(f"/users/{number}")
    root.get_by_role("link", name="Edit", exact=True).click()
    root.get_by_role("dialog").get_by_label("Role", exact=True).select_option(name)
    root.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(root.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_search_finds_the_pages(root: Page) -> None:
    for word, found in (("invite", "Invite user"), ("roles", "Roles"), ("users", "Users")):
        root.goto("/rooms")
        root.keyboard.press("Control+k")
        field = root.locator("dialog input[name=q]")
        expect(field).to_be_focused()
        field.fill(word)
        expect(root.get_by_role("dialog").get_by_role("link", name=found).first).to_be_visible()


def test_the_pages_are_accessible(accounts: Dashboard, root: Page) -> None:
    number = add_person(accounts, f"Vera {secrets.token_hex(4)}")
    for path in (
        "/users",
        "/users?q=nobody-has-this-name",
        "/roles",
        "/roles/admin",
        f"/users/{number}",
        f"/users/{number}/edit",
        f"/users/{number}/delete",
        f"/users/{number}/link",
    ):
        root.goto(path)
        until(lambda: root.get_by_role("heading").count() > 0)
        assert problems_everywhere(root) == {}, path
