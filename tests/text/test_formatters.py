"""How figures and JSON read; nothing is changed on the way but white space."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.formatters import (
    ago,
    bitrate,
    duration,
    left,
    masked,
    milliseconds,
    plural,
    since,
    size,
    thousands,
)
from app.text.json_text import json_problem, pretty

SPACE = st.text(" \t\r\n", max_size=2)
STRINGS = st.one_of(
    st.text(max_size=8).map(json.dumps),
    st.text(max_size=8).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from([r'"\u00e9"', r'"\/"', r'"\ud83c\udfa5"', r'"a\"b\\"', r'"\\\""', '"[{,:]}"']),
)
NUMBERS = st.sampled_from(
    ["0", "-0", "1.50", "1e400", "1E+2", "-1.0e-7", "12345678901234567890", "0.1000000000000000055"]
)

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
CONTAINERS = VALUES.filter(lambda value: isinstance(value, list | dict))


@st.composite
def json_texts(draw: st.DrawFn, depth: int = 0) -> str:
    """Draw JSON as people write it: any white space, escapes, long numbers, keys given twice."""
    kind = draw(st.sampled_from("[{" if depth == 0 else "[{sn1"))
    if depth > 3 or kind in "sn1":
        value = draw(st.one_of(STRINGS, NUMBERS, st.sampled_from(["true", "false", "null"])))
    else:
        number = draw(st.integers(0, 3))
        inner = [draw(json_texts(depth=depth + 1)) for _ in range(number)]
        if kind == "{":
            keys = [draw(STRINGS | st.just('"twice"')) for _ in inner]
            pairs = zip(keys, inner, strict=True)
            inner = [f"{k}{draw(SPACE)}:{text}" for k, text in pairs]
        value = kind + (",".join(inner) or draw(SPACE)) + {"[": "]", "{": "}"}[kind]
    return draw(SPACE) + value + draw(SPACE)


def tokens(text: str) -> list[str]:
    """Cut JSON into its tokens."""
    return re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+', text)


def pairs(text: str) -> Any:
    """Read JSON with keys in their order, those given twice too, and numbers as written."""
    return json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str)


@given(json_texts())
def test_pretty_moves_white_space_only(text: str) -> None:
    shown = pretty(text)
    assert tokens(shown) == tokens(text)
    assert pairs(shown) == pairs(text)
    assert json.loads(shown) == json.loads(text)


@given(json_texts())
def test_pretty_text_stays_as_it_is(text: str) -> None:
    assert pretty(pretty(text)) == pretty(text)


@given(CONTAINERS)
def test_pretty_looks_as_python_indents(value: Any) -> None:
    assert pretty(json.dumps(value)) == json.dumps(value, indent=2)


@given(st.text() | st.text('[]{}":,\\ 1e.-', max_size=12))
def test_every_other_text_stays_as_it_is(text: str) -> None:
    shown = pretty(text)
    try:
        json.loads(text)
    except ValueError:
        assert shown == text


@pytest.mark.parametrize("text", ["[" * 5000, "[NaN]", "[1" + "0" * 5000 + "]", '{"a":1}x', "[1,]"])
def test_what_only_looks_like_json_is_said_and_shown_as_it_is(text: str) -> None:
    problem = json_problem(text)
    assert problem
    assert problem.startswith("This looks like JSON but")
    assert pretty(text) == text


@pytest.mark.parametrize("text", ["", "plain", "1", '"text"', "null", "NaN", "12:30", " - a"])
def test_what_does_not_look_like_json_is_no_problem(text: str) -> None:
    assert json_problem(text) is None
    assert pretty(text) == text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-600, "in 10 min"),
        (-60, "in 1 min"),
        (-59, "just now"),
        (0, "just now"),
        (9, "just now"),
        (10, "10 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 d ago"),
        (90 * 86_400, "90 d ago"),
    ],
)
def test_ago(seconds: int, words: str) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    shown = ago(now - timedelta(seconds=seconds), now)
    assert f">{words}</time>" in shown
    moment = re.search(r'datetime="([^"]+)"', shown)
    assert moment
    assert datetime.fromisoformat(moment[1]) == (now - timedelta(seconds=seconds)).replace(
        microsecond=0
    )
    assert "UTC" in shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-600, "in 10 min"), (-60, "in 1 min"), (-59, "0 s"), (0, "0 s"), (90, "1 min 30 s")],
)
def test_since(seconds: int, words: str) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert f" data-since>{words}</time>" in since(now - timedelta(seconds=seconds), now)


def test_ago_without_a_time_is_a_dash() -> None:
    assert "time" not in ago(None)
    assert ago(None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (90_061, "1 d 1 h"),
        (2**32 - 1, "49710 d 6 h"),
    ],
)
def test_duration(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


def test_counts_and_milliseconds() -> None:
    assert [thousands(0), thousands(1234567)] == ["0", "1,234,567"]
    assert [plural(n, "room") for n in (0, 1, 2, 1000)] == [
        "0 rooms",
        "1 room",
        "2 rooms",
        "1,000 rooms",
    ]
    assert plural(2, "person", "people") == "2 people"
    assert [milliseconds(value) for value in (0.04, 1.25, 12.4, 1234.5)] == [
        "0.0",
        "1.2",
        "12",
        "1,234",
    ]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_951, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_500_000_000, "1.5 GB"),
        (2**63, "9223 PB"),
    ],
)
def test_sizes(octets: int, words: str) -> None:
    assert size(octets) == words


def test_bitrates() -> None:
    assert [bitrate(bits) for bits in (0, 96_000, 4_500_000)] == [
        "0 bit/s",
        "96 kbit/s",
        "4.5 Mbit/s",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "now"),
        (0, "now"),
        (1, "in less than 1 min"),
        (60, "in 1 min"),
        (3599, "in 59 min"),
        (3600, "in 1 h"),
        (86_400, "in 1 d"),
    ],
)
def test_left(seconds: int, words: str) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert f" data-left>{words}</time>" in left(now + timedelta(seconds=seconds), now)


def test_a_short_secret_shows_nothing_and_a_long_one_its_ends() -> None:
    assert masked("ABcdefghijYZ") == "AB••••••YZ"
    assert set(masked("ABcdefghiYZ")) == {"•"}
