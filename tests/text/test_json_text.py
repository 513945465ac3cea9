"""What is said of a text that is not JSON."""

import pytest

from app.text.json_text import json_problem, not_json, strict


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":\n}', "This is not JSON: Expecting value, line 2, column 1."),
        ("[" * 100_000, "This is not JSON that can be read: it is nested too deeply."),
        ("NaN", "NaN is not JSON (RFC 8259)."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    told = ""
    try:
        strict(text)
    except (ValueError, RecursionError) as error:
        told = not_json(error)
    assert told == said


def test_a_text_that_looks_so_is_told_its_place_too() -> None:
    assert (
        json_problem("[1,\n]")
        == "This looks like JSON but is not: Expecting value, line 2, column 1."
    )
