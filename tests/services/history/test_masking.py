"""Masks of a page: phone numbers in the names of rooms."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.services.history.masking import Masking


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("call-_+15551234567_abc", "call-_Number 1_abc"),
        ("+15551234567", "Number 1"),
        ("15551234567", "Number 1"),
        ("5551234", "Number 1"),
        ("+1 (555) 123-4567", "Number 1"),
        ("tel:+1-555-123-4567;ext=2", "tel:Number 1;ext=2"),
        ("room (555) 123-4567 x", "room Number 1 x"),
        ("call%2B15551234567x", "call%2BNumber 1x"),
        ("+15551234567-to-+15559876543", "Number 1-to-Number 2"),
        ("+15551234567/+15551234567", "Number 1/Number 1"),
        ("+155512345671234567", "Number 1"),
        ("meet-1764500000", "meet-Number 1"),
        ("\u0661" * 10, "Number 1"),
        ("harbor-front", "harbor-front"),
        ("room-20261130", "room-20261130"),
        ("room 5551234", "room 5551234"),
        ("12345678901234567890", "Number 1"),
        ("call-_0011415550142999_x7", "call-_Number 1_x7"),
        ("a+1b", "a+1b"),
        ("", ""),
    ],
)
def test_numbers_in_names_of_rooms(name: str, masked: str) -> None:
    assert Masking(True).room(name) == masked
    assert Masking(False).room(name) == name


def test_a_number_has_one_mask_on_a_page() -> None:
    masks = Masking(True)
    assert masks.number("+15551234567") == "Number 1"
    assert masks.number("+15559876543") == "Number 2"
    assert masks.room("call-_+15551234567_abc") == "call-_Number 1_abc"


PLUS = some.integers(10**9, 10**30)
AROUND = some.text(some.characters(exclude_categories=["Cs", "Nd"]), max_size=20)


@given(AROUND, PLUS, AROUND)
def test_no_number_is_left(before: str, number: int, after: str) -> None:
    for text in (f"{before}+{number}{after}", f"{before}{number}{after}"):
        assert f"{number}" not in Masking(True).room(text)
