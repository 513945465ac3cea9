"""Names that lists cut in their middle."""

import pytest

from app.text.names import END, LONG, ending


@pytest.mark.parametrize("name", ["", "a", "x" * LONG])
def test_a_short_name_is_left_alone(name: str) -> None:
    assert ending(name) == ""


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("ux-standup-team-of-12-a", "of-12-a"),
        ("x" * LONG + "<&>\"'", "&lt;&amp;&gt;&#34;&#39;"),
        ("x" * LONG + "\u200b", "[U+200B]"),
        ("x" * LONG + "\x01", "\u2401"),
        # é as e and its accent, where the end would begin between the two
        ("x" * LONG + "e\u0301" + "y" * (END - 1), "e\u0301yyyyyyy"),
    ],
)
def test_the_end_of_a_long_name_is_an_attribute(name: str, end: str) -> None:
    attributes = ending(name)
    assert attributes.startswith(' data-end="')
    assert attributes.endswith(f'{end}"')


@pytest.mark.parametrize(
    ("name", "rtl"),
    [("שיחת צוות עם כל המהנדסים", True), ("12 קבוצה של כל המהנדסים", True), ("a ת" * 9, False)],
)
def test_its_direction_is_that_of_its_first_letter(name: str, rtl: bool) -> None:
    assert ending(name).endswith(' dir="rtl"') is rtl
