"""A page of the documentation as HTML: links lead to pages of the dashboard, no raw HTML passes."""

import posixpath
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from app.manual.pages import DOCUMENTS, ROOT, Document

# As the documentation writes each; the second source is the picture of the dark theme.
PICTURE = re.compile(
    r'<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(?P<dark>[^"]+)">\s*'
    r'<img alt="(?P<alt>[^"]+)" src="(?P<light>[^"]+)"[^>]*>\s*</picture>'
)
# A picture without a dark one, and what surrounds several of them.
IMAGE = re.compile(r'<img alt="(?P<alt>[^"]+)" src="(?P<light>[^"]+)"[^>]*>')
AROUND = re.compile(r"^</?p[^>]*>$", re.MULTILINE)
ELSEWHERE = ("https://", "http://", "mailto:")
KEPT = 128


@lru_cache(KEPT)
def html(document: Document, base: str) -> Markup:
    """Return a document as HTML for pages below the base path `base`."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_without_html(document.text))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            token.attrSet("id", anchor(following.content))
        if token.children:
            token.children = _inline(token.children, document, base)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    # the parser escapes every text, because raw HTML is off
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704


def anchor(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _without_html(text: str) -> str:
    """Return the text with its pictures written as Markdown; a title names the dark one."""
    text = PICTURE.sub(r'![\g<alt>](\g<light> "\g<dark>")', text)
    return AROUND.sub("", IMAGE.sub(r"![\g<alt>](\g<light>)", text))


def _inline(tokens: Sequence[Token], document: Document, base: str) -> list[Token]:
    """Return the tokens with the addresses of the dashboard; links that lead nowhere are text."""
    kept: list[Token] = []
    is_text: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            address = _address(str(token.attrGet("href")), document, base)
            is_text.append(not address)
            token.attrSet("href", address)
            if address.startswith(ELSEWHERE):
                token.attrSet("rel", "noreferrer noopener")
                token.attrSet("target", "_blank")
        if token.type == "image":
            for name in ("src", "title"):
                if value := token.attrGet(name):
                    token.attrSet(name, f"{base}{ROOT}/pictures/{posixpath.basename(str(value))}")
        if token.type in {"link_open", "link_close"} and is_text and is_text[-1]:
            if token.type == "link_close":
                is_text.pop()
            continue
        if token.type == "link_close":
            is_text.pop()
        kept.append(token)
    return kept


def _address(target: str, document: Document, base: str) -> str:
    """Return where a link leads from the dashboard; empty if the file isn't part of it."""
    if target.startswith(ELSEWHERE):
        return target
    path, _, part = target.partition("#")
    part = f"#{part}" if part else ""
    if not path:
        return part
    name = posixpath.normpath(posixpath.join(posixpath.dirname(document.name), path))
    name = name.removesuffix(".md")
    return f"{base}{DOCUMENTS[name].path}{part}" if name in DOCUMENTS else ""


def _image(renderer: RendererHTML, tokens: Sequence[Token], index: int, *_: Any) -> str:
    token = tokens[index]
    alt, light = Markup.escape(token.content), Markup.escape(str(token.attrGet("src")))
    picture = f'<img src="{light}" alt="{alt}" loading="lazy">'
    if dark := token.attrGet("title"):
        source = f'media="(prefers-color-scheme: dark)" srcset="{Markup.escape(str(dark))}"'
        picture = f"<source {source}>{picture}"
    return f"<picture>{picture}</picture>"


def _code(renderer: RendererHTML, tokens: Sequence[Token], index: int, *_: Any) -> str:
    text = Markup.escape(tokens[index].content)
    return f'<pre class="config" tabindex="0"><code>{text}</code></pre>\n'
