"""Waiting for a page's own refreshes."""

from playwright.sync_api import Page, Response


def is_poll(response: Response) -> bool:
    """Return whether this answers a refresh."""
    return response.request.method == "GET" and "partial=1" in response.url


def next_poll(page: Page) -> Response:
    """Return the answer to the page's next refresh."""
    with page.expect_response(is_poll) as answer:
        pass
    return answer.value


def never_reloaded(page: Page) -> None:
    """Check that the page is the one that `mark` was called on."""
    assert page.evaluate("window.marked === true"), "the page was reloaded"


def mark(page: Page) -> None:
    """Leave a mark that a reload would wipe away."""
    page.evaluate("window.marked = true")


def visit(page: Page, path: str) -> None:
    """Open a page that stays as it is: no new token comes by a refresh, and nobody goes."""
    page.goto(path)
    page.get_by_role("button", name="Pause auto-refresh").click()
