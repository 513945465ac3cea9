"""A form as a browser would send it back when nobody touches it, and what is wrong with it."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.support.visitor import Seen


class _Form(HTMLParser):
    """Collects what the page's own form holds; those of the shell have an id."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._inside = False
        self._area = ""
        self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method") == "post" and "id" not in given
        elif not self._inside:
            return
        elif tag == "input":
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked and given.get("name") and given.get("type") != "file":
                self.pairs.append((given["name"], given.get("value", "on")))
        elif tag == "textarea":
            self._area, self._text = given["name"], ""
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.pairs.append((self._select, given["value"]))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.pairs.append((self._area, self._text.removeprefix("\n")))
            self._area = ""
        elif tag == "form":
            self._inside = False


def filled(page: Seen) -> dict[str, Any]:
    """Return the fields of the form that the page is about; several of one name are a list."""
    form = _Form()
    form.feed(page.html)
    fields: dict[str, Any] = {}
    for name, value in form.pairs:
        fields.setdefault(name, []).append(value)
    assert fields, f"no form in: {page.text}"
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def confirmed(page: Seen) -> dict[str, Any]:
    """Return the fields of a confirmation, with the number typed if the page asks for it."""
    asks = re.search("Type ([0-9]+), the number of", page.text)
    return filled(page) | ({"typed": asks[1]} if asks else {})


def polled(page: Seen) -> tuple[str, str]:
    """Return the address that the page polls and its tag; empty where it does not refresh."""
    (live,) = page.all("div", id="live")
    said = {name.removeprefix("data-"): value for name, value in live.items()}
    return said.get("hx-get", ""), said.get("hx-ptag", "")


def marked(page: Seen) -> list[str]:
    """Return the fields that the page says are wrong."""
    tags = page.all("input") + page.all("textarea") + page.all("select")
    return [tag["name"] for tag in tags if tag.get("aria-invalid")]


def reason(page: Seen, field: str) -> str:
    """Return what the page says is wrong with a field."""
    found = page.html.partition(f'<p class="error" id="e-{field}">')[2].partition("</p>")[0]
    return unescape(found)
