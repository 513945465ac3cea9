"""The tabs of a list: what each says, how many rows it has, and which one is chosen."""

import re
from html import unescape

from tests.support.visitor import Seen

NAV = re.compile(r'<nav class="tabs" [^>]*>(.*?)</nav>', re.DOTALL)
TAB = re.compile(
    r'<a href="([^"]*)"( aria-current="true")?>\s*(.*?) <span class="count[^"]*">([\d,]+)</span>'
)


def counts(page: Seen) -> dict[str, int]:
    """Return how many rows each tab says it has."""
    return {label: int(count.replace(",", "")) for _, _, label, count in _tabs(page)}


def chosen(page: Seen) -> list[str]:
    """Return the tabs that are marked as the current one."""
    return [label for _, current, label, _ in _tabs(page) if current]


def targets(page: Seen) -> dict[str, str]:
    """Return where each tab leads."""
    return {label: unescape(href) for href, _, label, _ in _tabs(page)}


def _tabs(page: Seen) -> list[tuple[str, str, str, str]]:
    nav = NAV.search(page.html)
    assert nav, "the page has no tabs"
    return TAB.findall(nav[1])
