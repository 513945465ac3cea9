"""Counting what a job costs: each press of a mouse button or finger on a page."""

from playwright.sync_api import Page

# once a document, also where several counters are asked for; kept while the tab is
COUNT = """addEventListener("pointerdown", ({ isTrusted }) => {
  if (isTrusted) sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks")) + 1);
}, true);"""


class Clicks:
    """The clicks on a page from now on."""

    def __init__(self, page: Page) -> None:
        """Count on the pages that this tab opens next."""
        self._page = page
        page.add_init_script(COUNT)

    @property
    def count(self) -> int:
        """The number of clicks so far."""
        return int(self._page.evaluate("Number(sessionStorage.getItem('clicks'))"))
