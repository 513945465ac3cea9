"""The log as text: nothing that a stranger writes reaches a terminal as a command."""

import http.client
import json
import unicodedata
from collections.abc import Iterator

import pytest

from app.monitoring.logs import visible
from dev.stack import Stack
from tests.support.program import Program
from tests.support.waiting import until

HOSTILE = "\x1b]0;PWNED\x07\x1b[2J\x1b[31m\x9b31m\x85\u2028\u202e\u200bend"
ESCAPED = r"\x1b]0;PWNED\x07\x1b[2J\x1b[31m\x9b31m\x85\u2028\u202e\u200bend"


@pytest.fixture(scope="module", params=["text", "json"])
def program(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """A dashboard with a log of this kind."""
    folder = tmp_path_factory.mktemp(request.param)
    with Program(folder, stack, LOG_FORMAT=request.param) as running:
        yield running


def invisible(text: str) -> set[str]:
    """Return the characters that a terminal acts on instead of showing them."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}}


def test_a_path_writes_no_escapes(program: Program) -> None:
    path = "/%1b%5d0;PWNED%07%1b%5b2J%1b%5b31mhello%c2%9b31m%c2%85%e2%80%a8%e2%80%ae%00"
    connection = http.client.HTTPConnection(program.url.partition("//")[2])
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()
    until(lambda: "PWNED" in program.log)
    assert invisible(program.log) == set()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (HOSTILE, ESCAPED),
        ("zwei Wörter, 漢字 ☃ und \\x1b", "zwei Wörter, 漢字 ☃ und \\x1b"),
        (["a\nb", ("c\r",)], ["a\\nb", ["c\\r"]]),
        ({"key\x1b": "\x00"}, {"key\\x1b": "\\x00"}),
        ("\udc80", "\\udc80"),
        (7, 7),
        (None, None),
    ],
)
def test_every_kind_of_value_is_escaped(value: object, shown: object) -> None:
    assert visible(None, "info", {"event": value}) == {"event": shown}


def test_a_traceback_keeps_its_lines_and_nothing_else() -> None:
    shown = visible(None, "error", {"exception": f"Traceback\n  ValueError: {HOSTILE}"})
    assert shown == {"exception": f"Traceback\n  ValueError: {ESCAPED}"}
    assert json.dumps(shown)
