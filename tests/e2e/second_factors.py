"""What people do about second factors in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.support.people import SECRET


def sign_in(page: Page, name: str) -> None:
    """Enter name and password."""
    page.goto("/sign-in")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(SECRET)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    """End the session."""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def prove(page: Page) -> None:
    """Enter the password again."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it's you")
    page.get_by_label("Password", exact=True).fill(SECRET)
    page.get_by_role("button", name="Confirm", exact=True).click()


def add_passkey(page: Page, name: str = "This laptop") -> None:
    """Add a passkey, on the page about factors, and save the codes."""
    page.get_by_role("link", name="Add passkey").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile("^(Confirm that it's you|Add a passkey)$"))
    if heading.inner_text() != "Add a passkey":
        prove(page)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add passkey").click()
