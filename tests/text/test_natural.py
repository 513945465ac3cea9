"""The natural order of names."""

from hypothesis import given
from hypothesis import strategies as st

from app.text.natural import natural

NUMBERS = st.integers(0, 10**40)


def test_numbers_are_compared_by_value() -> None:
    names = ["Guest 10", "Guest 2", "guest 1", "Guest 11", "Guest", "Guest 2b", "Bob"]
    ordered = ["Bob", "Guest", "guest 1", "Guest 2", "Guest 2b", "Guest 10", "Guest 11"]
    assert sorted(names, key=natural) == ordered


def test_case_and_leading_zeros_make_no_difference() -> None:
    assert natural("GUEST 007") == natural("guest 7")
    assert natural("STRASSE") == natural("straße")
    assert natural("0") == natural("000") != natural("")


def test_several_numbers_in_one_name() -> None:
    names = ["room 2 seat 10", "room 10 seat 1", "room 2 seat 9"]
    ordered = ["room 2 seat 9", "room 2 seat 10", "room 10 seat 1"]
    assert sorted(names, key=natural) == ordered


def test_a_very_long_number_is_no_problem() -> None:
    assert natural("9" * 5_000) < natural("1" + "0" * 5_000)


@given(NUMBERS, NUMBERS, st.text("ab -", max_size=4))
def test_the_order_is_that_of_the_numbers(one: int, other: int, before: str) -> None:
    assert (natural(f"{before}{one}") < natural(f"{before}{other}")) == (one < other)


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert natural(text) == natural(text.casefold())
