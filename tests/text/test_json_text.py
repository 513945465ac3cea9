"""What is said of a text that is not JSON."""

import json

import pytest

from app.text.json_text import (
    DEEPEST,
    LARGEST,
    indented,
    json_problem,
    not_json,
    pretty,
    strict,
)


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
        == "This looks like JSON but isn't valid: Expecting value, line 2, column 1."
    )


def nested(depth: int, elements: int = 1) -> str:
    """Return a list of `elements` ones, `depth` lists deep."""
    return "[" * depth + ",".join("1" * elements) + "]" * depth


def test_json_is_indented_down_to_the_deepest_level_shown() -> None:
    assert pretty(nested(DEEPEST)) == json.dumps(json.loads(nested(DEEPEST)), indent=2)


@pytest.mark.parametrize(
    "text",
    [
        nested(DEEPEST + 1),
        nested(900, 31_000),  # 63,800 bytes, which indented would be 57 MB
        nested(DEEPEST, 31_000),  # flat enough, but 1.3 MB when indented
        nested(1, LARGEST),
    ],
    ids=["deep", "deep and long", "long once indented", "long"],
)
def test_json_that_indentation_would_blow_up_stays_as_it_is(text: str) -> None:
    assert pretty(text) == text
    assert indented(json.loads(text)) == json.dumps(json.loads(text))


def test_long_metadata_of_an_ordinary_shape_is_still_indented() -> None:
    text = json.dumps({f"key {number}": "value" * 10 for number in range(900)})
    assert 50_000 < len(text) < len(pretty(text)) == len(json.dumps(json.loads(text), indent=2))
