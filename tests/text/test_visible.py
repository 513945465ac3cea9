"""What pages show of a text that HTML cannot hold."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.text.formatters import exact, visible
from app.web.assets import Assets

HELD = st.characters(exclude_categories=["Cs"], min_codepoint=0xA0, max_codepoint=0xFDCF)
PLAIN = st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.sampled_from("\t\n\r")


@given(st.text(HELD | PLAIN))
def test_what_html_holds_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_each_other_becomes_one_sign(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown


def test_each_control_character_has_its_picture() -> None:
    assert visible("\0\x1f\x7f\x85\uffff") == "␀␟␡\ufffd\ufffd"


def test_the_label_of_an_icon_is_shown_too() -> None:
    assert 'aria-label="Copy ␛&lt;"' in Assets().icon("copy", "Copy \x1b<")


def test_markup_and_figures_are_left_alone() -> None:
    assert visible(Markup("<b>\x01</b>")) == Markup("<b>\x01</b>")
    assert visible(7) == 7
    assert exact("<\x01>") == Markup("&lt;\x01&gt;")
