"""The documentation as HTML: nothing of a page passes as markup, and links lead to pages."""

import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from app.manual.markup import anchor, html
from app.manual.pages import (
    DOCUMENTS,
    EXPLAINED_BY,
    FOLDERS,
    Document,
    documents,
    explaining,
    folder_of,
    picture_file,
)
from app.text.paths import OBSERVABILITY
from tests.support.dashboard import Dashboard, with_store

TAG = re.compile(r"<(/?[a-z0-9]+)")
TAGS = {
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "em", "strong", "code", "pre", "a", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "blockquote", "picture", "source", "img", "hr"),
}


def rendered(text: str, base: str = "", name: str = "features/rooms") -> str:
    """Return a text as HTML, as if it were a page of the documentation."""
    return html(Document(name, "Title", text), base)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_page_has_only_known_elements_and_no_loose_markup(name: str) -> None:
    text = html(DOCUMENTS[name], "")
    assert {tag.strip("/") for tag in TAG.findall(text)} <= TAGS
    loose = re.sub("<code>.*?</code>", "", text, flags=re.DOTALL)
    assert not re.search(r"&lt;/?(picture|img|source|p|b)\b", loose)
    assert text.count("<h1") == 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_link_leads_to_a_page_and_an_anchor_that_exist(name: str) -> None:
    for target in re.findall(r'href="([^"]+)"', html(DOCUMENTS[name], "")):
        if target.startswith("https://") or "://" in target:
            continue
        path, _, part = target.partition("#")
        other = DOCUMENTS[path.removeprefix("/docs/")] if path else DOCUMENTS[name]
        assert not part or f'id="{part}"' in html(other, ""), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_picture_is_there(name: str) -> None:
    for target in re.findall(r'(?:src|srcset)="([^"]+)"', html(DOCUMENTS[name], "/base")):
        assert target.startswith("/base/docs/pictures/")
        assert picture_file(target.rpartition("/")[2]), target


def test_markup_in_a_page_is_text() -> None:
    text = rendered('<script>alert(1)</script>\n\na <b onclick=x>b</b> ![x"><i>](javascript:1)')
    assert "<script" not in text
    assert "<b " not in text
    assert "<i>" not in text
    assert "&lt;script&gt;" in text
    assert 'href="javascript' not in rendered("[x](javascript:alert(1))")
    assert rendered("```\n</code><script>\n```").count("<script>") == 0


def test_links_are_rewritten() -> None:
    assert 'href="/b/docs/features/egress#top"' in rendered("[x](egress.md#top)", "/b")
    assert 'href="/docs/settings"' in rendered("[x](../settings.md)")
    assert 'href="#here"' in rendered("[x](#here)")
    assert rendered("see [a file](../../CHANGELOG.md), [x](rooms.md)") == (
        '<p>see a file, <a href="/docs/features/rooms">x</a></p>\n'
    )
    assert 'rel="noreferrer noopener" target="_blank"' in rendered("[x](https://livekit.io)")


def test_anchors_are_those_of_github() -> None:
    assert anchor("What's checked?") == "whats-checked"
    assert '<h2 id="a-b">' in rendered("## A `b`")


def test_a_page_is_explained_by_the_document_of_its_area() -> None:
    for path, name in {
        "/": "overview",
        "/rooms": "rooms",
        "/rooms/standup/participants/ada": "rooms",
        "/rooms/standup/watch": "browser",
        "/sip/trunks/-/new": "telephony",
        "/doctor": "browser",
        "/docs/settings": "overview",
    }.items():
        document = explaining(path)
        assert document == DOCUMENTS[f"features/{name}"], path


def test_every_area_names_its_document(dashboard: Dashboard) -> None:
    paths = [str(context.path) for context in iter_route_contexts(with_store(dashboard.app).routes)]
    firsts = {"/" + path.split("/")[1] for path in paths}
    others = {"/health", "/hooks", "/live", "/metrics", "/logout", "/server", "/docs", "/static"}
    assert firsts - others - {OBSERVABILITY} == set(EXPLAINED_BY)


def test_without_the_files_there_are_no_pages(tmp_path: Path) -> None:
    assert folder_of((tmp_path, FOLDERS[1])) == FOLDERS[1]
    assert folder_of((tmp_path,)) is None
    assert documents(None) == {}
