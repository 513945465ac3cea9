"""What pages show of a text that HTML cannot hold."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.text.formatters import exact, isolated, visible
from app.web.assets import Assets

HELD = st.characters(
    exclude_categories=["Cs", "Cf", "Zl", "Zp"], min_codepoint=0xA0, max_codepoint=0xFDCF
)
PLAIN = st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.sampled_from("\t\n\r")


@given(st.text(HELD | PLAIN))
def test_what_html_holds_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text(st.characters() | st.sampled_from("\u2068\u2069\u200d\u200b\u202e🎥ab\u0645")))
def test_what_is_shown_needs_no_more_showing(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    hidden = [char for char in shown if category(char) in {"Cf", "Zl", "Zp"}]
    signs = {chr(code) for code in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2)}
    tags = {char for char in hidden if ord(char) >= 0x10000}
    assert not {*hidden} - {"\u2068", "\u2069", "\u200c", "\u200d"} - signs - tags


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("room\u200b", "room[U+200B]"),
        ("user\u202egnp.exe", "user[U+202E]gnp.exe"),
        ("\ufeffroom", "[U+FEFF]room"),
        ("\u2068room\u2069", "[U+2068]room[U+2069]"),
        ("room\u2068\u2069", "room[U+2068][U+2069]"),
        ("a\u2028b", "a[U+2028]b"),
        ("so\u00adft", "so[U+00AD]ft"),
        ("\u200d🎥", "[U+200D]🎥"),
    ],
)
def test_what_nobody_sees_is_shown_by_its_code_point(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        isolated("مرحبا"),
        f"{isolated('é')} and {isolated('名前')} both match.",
        "👩\u200d💻 ❤\ufe0f\u200d🔥",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648",
    ],
)
def test_format_characters_stay_where_they_belong(text: str) -> None:
    assert visible(text) == text


def test_what_is_hidden_in_an_isolated_name_is_shown() -> None:
    assert visible(isolated("é\u200b")) == "\u2068é[U+200B]\u2069"


def test_each_control_character_has_its_picture() -> None:
    assert visible("\0\x1f\x7f\x85\uffff") == "␀␟␡\ufffd\ufffd"


def test_the_label_of_an_icon_is_shown_too() -> None:
    assert 'aria-label="Copy ␛&lt;"' in Assets().icon("copy", "Copy \x1b<")


def test_markup_and_figures_are_left_alone() -> None:
    assert visible(Markup("<b>\x01</b>")) == Markup("<b>\x01</b>")
    assert visible(7) == 7
    assert exact("<\x01>") == Markup("&lt;\x01&gt;")
