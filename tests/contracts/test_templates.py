"""Templates: nothing inline that the CSP would refuse, escaping on, misspelt names are errors."""

import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup

from app.web.assets import Assets
from app.web.environments import make_environment
from tests.contracts.tree import STATIC, label, own_static, templates

MARKUP = [*templates(), *own_static(".svg", ".html")]
REFUSED = {
    "a script in the page": r"<script(?![^>]*\bsrc=)[^>]*>|<script[^>]*>(?!\s*</script>)",
    "a style in the page": r"<style\b|\sstyle\s*=",
    "a handler in the page": r"\son[a-z]+\s*=|hx-on|javascript:",
    "what htmx would eval": r"""["'\s]js:|hx-(?:vals|headers|vars)=|hx-trigger="[^"]*\[""",
    "escaping switched off": r"\|\s*safe\b|autoescape\s+false",
    "what is sent or copied, but as it is shown": (
        r"""\b(?:value|data-copy)="\{\{(?!(?:(?!\}\}).)*\| exact \}\}")"""
        r"""|(?<!\| exact) \}\}</textarea>"""
    ),
}
HOST = re.compile(r"(?:https?:|wss?:)?//[a-z0-9-]+\.[a-z]", re.IGNORECASE)
# The name of an RTP header extension, and a service of LiveKit Cloud that no script of ours asks.
NAMED = {
    "not_set_up.html.j2": ("https://docs.livekit.io/transport/self-hosting/",),  # a link to follow
    "livekit-client.min.js": (
        "https://aomediacodec.github.io/av1-rtp-spec/",
        '"https://cloud-api.livekit.io"',
    ),
}
COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}|<!--.*?-->", re.DOTALL)


def refused(text: str) -> list[str]:
    """Return what in a template the rules refuse."""
    return [why for why, pattern in REFUSED.items() if re.search(pattern, text, re.IGNORECASE)]


def hosts(text: str) -> list[str]:
    """Return what in a file looks like an address of another site; comments are left out."""
    bare = COMMENT.sub("", text).replace("http://www.w3.org/", "")
    return HOST.findall(bare)


@pytest.fixture(scope="module")
def environment() -> Environment:
    """The environment that the dashboard uses."""
    return make_environment(Assets())


@pytest.mark.parametrize(
    "text",
    [
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
        '<a hx-on:click="go()">',
        '<a href="javascript:go()">',
        """<a hx-vals='js:{a: 1}'>""",
        '<div hx-trigger="every 5s[ready]">',
        "{{ name | safe }}",
        "{% autoescape false %}",
        '<input value="{{ name }}">',
        '<option value="{{ name | segment }}">',
        '<button data-copy="{{ text }}">',
        "<textarea>{{ text }}</textarea>",
    ],
)
def test_the_rules_see_what_they_are_for(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize("path", MARKUP, ids=label)
def test_no_template_breaks_the_rules(path: Path) -> None:
    assert refused(path.read_text(encoding="utf-8")) == []


def test_no_script_evaluates_or_writes_markup() -> None:
    words = re.compile(r"\beval\(|new Function|document\.write|innerHTML\s*=|insertAdjacentHTML")
    scripts = own_static(".js")
    assert scripts
    for path in scripts:
        assert words.search(path.read_text(encoding="utf-8")) is None, label(path)


def test_nothing_is_loaded_from_another_site() -> None:
    assert hosts('<img src="//cdn.example.com/x.png">')
    assert hosts('import "https://cdn.example.com/x.js"')
    installed = sorted(path for path in (STATIC / "vendor").iterdir() if "LICENSE" not in path.name)
    for path in [*templates(), *own_static(".css", ".js", ".svg"), *installed]:
        text = path.read_text(encoding="utf-8")
        for name in NAMED.get(path.name, ()):
            assert name in text
            text = text.replace(name, "")
        assert hosts(text) == [], label(path)


@pytest.mark.parametrize("ending", sorted({"".join(path.suffixes) for path in templates()}))
def test_values_are_escaped_whatever_the_template_is_called(
    environment: Environment, ending: str
) -> None:
    name = f"some{ending}"
    other = environment.overlay(loader=DictLoader({name: "{{ value }}"}))
    assert other.get_template(name).render(value="<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"


@pytest.mark.parametrize(
    "text", ["{{ missing }}", "{% if missing %}{% endif %}", "{{ a.missing }}"]
)
def test_a_misspelt_name_is_an_error(environment: Environment, text: str) -> None:
    with pytest.raises(UndefinedError):
        environment.from_string(text).render(a={})


@pytest.mark.parametrize("path", templates(), ids=label)
def test_every_template_can_be_read(environment: Environment, path: Path) -> None:
    name = path.relative_to(STATIC.parent / "templates").as_posix()
    assert environment.get_template(name).name == name


ADDRESS = re.compile(
    r"""\s(?:href|src|action|formaction|data-hx-(?:get|post)|data-url)="((?:\{\{.*?\}\}|[^"])*)""",
    re.DOTALL,
)
ELSEWHERE = ("#", "?", "https://", "{{ back_to }}")


@pytest.mark.parametrize("path", templates(), ids=label)
def test_every_address_goes_through_the_one_function_that_knows_the_base_path(path: Path) -> None:
    found = ADDRESS.findall(path.read_text(encoding="utf-8"))
    own = [address for address in found if address and not address.startswith(ELSEWHERE)]
    assert [a for a in own if not re.search(r"\|\s*(link|static)\b", a)] == []


def test_the_search_for_addresses_finds_them() -> None:
    texts = [path.read_text(encoding="utf-8") for path in templates()]
    assert sum(len(ADDRESS.findall(text)) for text in texts) > 100


def test_a_cached_part_escapes_a_text_that_equals_one_without_need_for_it(
    environment: Environment,
) -> None:
    """Markup equals the same text, so a cache could return what was rendered of the other."""
    head = environment.globals["parts"].head  # type: ignore[attr-defined]
    text = "<b>Name</b>"
    assert text in head("none", "/rooms", Markup(text), "", "")  # noqa: S704
    assert text not in head("none", "/rooms", text, "", "")
