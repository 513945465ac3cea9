"""Markup as the HTML standard has it, so that no browser has to repair a page, each in its way."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.contracts.conftest import Answered

VOID = {"br", "hr", "img", "input", "link", "meta", "use", "path", "source", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
TEXT = {"p", "span", "b", "i", "small", "code", "pre", "kbd", "bdi", "time", "del", "ins"}
# What may hold text and parts of text alone (HTML, 3.2.5.2.5), and everything else.
PHRASING = TEXT | HEADINGS | {"label", "button", "summary"}
FLOW = HEADINGS | {"p", "div", "ul", "ol", "dl", "table", "pre", "form", "section", "details"}
NAMELESS = TEXT | {"div", "dt", "dd"}  # no role that can be named (ARIA in HTML, 4)


class Reader(HTMLParser):
    """Reads a page, and notes what the standard forbids in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._headed: list[bool] = []  # of each section that is open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.counts[tag] += 1
        if "template" not in self.open:  # its content is no part of the page yet
            self.ids[given.get("id") or ""] += 1
        around = self.open[-1] if self.open else ""
        if tag in FLOW and around in PHRASING and not (tag in HEADINGS and around == "summary"):
            self.wrong.append(f"<{tag}> in <{around}>")
        if tag in NAMELESS and "aria-label" in given and "role" not in given:
            self.wrong.append(f"a name on <{tag}>, which has no role")
        if tag in HEADINGS and self._headed:
            self._headed[-1] = True
        if tag == "section":
            self._headed.append("aria-label" in given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> where it does not belong")
        if tag == "section" and not self._headed.pop():
            self.wrong.append("<section> without a heading")


def problems(html: str) -> list[str]:
    """Return what is wrong with a page, or with a part of one."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    twice = [f"two of the id {name}" for name, count in reader.ids.items() if name and count > 1]
    headings = [f"{reader.counts['h1']} h1"] if reader.counts["h1"] > 1 else []
    return reader.wrong + twice + headings + [f"<{tag}> left open" for tag in reader.open]


@pytest.mark.parametrize(
    "html",
    [
        "<span><details></details></span>",
        "<p>a<div>b</div></p>",
        '<pre aria-label="a">b</pre>',
        "<section><p>a</p></section>",
        "<div><p>a</div>",
        "<b id=a></b><b id=a></b>",
        "<h1>a</h1><h1>b</h1>",
        "<div>",
    ],
)
def test_the_reader_sees_what_it_is_for(html: str) -> None:
    assert problems(html)


def test_every_page_is_as_the_standard_has_it(walked: list[Answered]) -> None:
    pages = [a for a in walked if a.method == "GET" or a.seen.status in {403, 422}]
    found = {
        (answered.place.template, answered.who, answered.seen.status): problems(answered.seen.html)
        for answered in pages
        if "text/html" in answered.seen.headers.get("content-type", "")
    }
    assert len(found) > 100
    assert {page: wrong for page, wrong in found.items() if wrong} == {}
