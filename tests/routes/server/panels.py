"""Parts of the overview, as pages of their own."""

from tests.support.visitor import Seen


def attention(page: Seen) -> Seen:
    """Return the panel alone, as a page."""
    html = page.html.partition('aria-labelledby="attention"')[2].partition("</section>")[0]
    assert html, page.text
    alone = Seen(page.response)
    alone.html = html
    return alone
