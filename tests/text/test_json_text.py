"""In which line of JSON a part of it stands, and what is said of a text that is none."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.text.json_text import json_problem, line_of, not_json, strict

MARK = "here it is, and nowhere else"
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def marked(value: Any, path: list[str | int]) -> Any:
    """Give the value with the mark at `path`."""
    if not path:
        return MARK
    copy = value.copy()
    copy[path[0]] = marked(copy[path[0]], path[1:])
    return copy


@given(VALUES, st.data(), st.sampled_from([0, 3, None]))
@settings(max_examples=50)
def test_the_line_of_a_value_is_where_it_stands(value: Any, data: Any, indent: int | None) -> None:
    path: list[Any] = []
    inner: Any = value
    while isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
        path.append(
            data.draw(st.sampled_from([*inner] if isinstance(inner, dict) else range(len(inner))))
        )
        inner = inner[path[-1]]
    assume(path)
    before, _, _ = json.dumps(marked(value, path), indent=indent).partition(MARK)
    assert line_of(json.dumps(value, indent=indent), path) == before.count("\n") + 1


def test_of_a_name_that_stands_there_twice_it_is_the_last() -> None:
    assert line_of('{"a":\n1,\n"\\u0061": 2}', ["a"]) == 3


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
