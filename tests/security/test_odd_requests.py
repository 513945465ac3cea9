"""Requests that no browser sends: too large, ambiguous or no HTTP; never a bug of ours."""

import logging
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from app.process.connections import LimitedConnection
from app.security.headers import ALWAYS
from tests.security.raw import CLOSE, FORM, SIGNED_IN, connect, sent, statuses
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

GET = f"GET /logout HTTP/1.1\r\n{SIGNED_IN}{CLOSE}"
POST = f"POST /rooms/-/delete HTTP/1.1\r\n{SIGNED_IN}{FORM}"
CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"
SECOND = "GET /logout HTTP/1.1\r\nHost: dashboard\r\n\r\n"
LONG = "a" * 60_000
PLAIN = "text/plain; charset=utf-8"


def asks(target: str) -> str:
    """Return a request for that address."""
    return GET.replace("/logout", target, 1) + "\r\n"


LARGE = {
    "a header of 100 KB": (GET + f"X: {'a' * 100_000}\r\n\r\n", 400),
    "a header without end": (GET + f"X: {'a' * 1_000_000}", 400),
    "20,000 headers": (GET + "X-Header: b\r\n" * 20_000 + "\r\n", 400),
    "5,000 headers": (GET + "a: b\r\n" * 5000 + "\r\n", 200),
    "a path of 60 KB": (asks(f"/{LONG}"), 404),
    "a room of 60 KB": (asks(f"/rooms/{LONG}"), 422),
    "a path of 100 KB": (asks(f"/{'a' * 100_000}"), 400),
    "a query of 60 KB": (asks(f"/rooms?q={LONG}"), 422),
    "a query of 30,000 fields": (asks(f"/rooms?{'a&' * 30_000}"), 200),
    "a cookie of 60 KB": (GET + f"Cookie: livekit-dashboard={LONG}\r\n\r\n", 200),
    "12,000 cookies": (GET + f"Cookie: {'a=b; ' * 12_000}\r\n\r\n", 200),
    "credentials of 60 KB": (asks("/rooms").replace("Basic ", f"Basic {LONG}"), 401),
    "10,000 fields": (f"{POST}{CLOSE}Content-Length: 20000\r\n\r\n{'a&' * 10_000}", 400),
    "5,000 chunks": (f"{POST}{CLOSE}{CHUNKED}" + "1\r\na\r\n" * 5000 + "0\r\n\r\n", 403),
    "100,000 chunks": (f"{POST}{CLOSE}{CHUNKED}" + "1\r\na\r\n" * 100_000 + "0\r\n\r\n", 400),
    "a chunk's extension": (f"{POST}{CHUNKED}1;{'x' * 300_000}\r\na\r\n0\r\n\r\n", 400),
    "trailers": (f"{POST}{CHUNKED}1\r\na\r\n0\r\n" + "x: y\r\n" * 50_000 + "\r\n", 400),
    "line breaks": ("\r\n" * 200_000, 400),
}
# Where two servers could see two different ends of a request, the second would be smuggled in.
AMBIGUOUS = {
    "a length and chunks": f"{POST}Content-Length: 4\r\n{CHUNKED}0\r\n\r\n{SECOND}",
    "chunks and a length": f"{POST}{CHUNKED[:-2]}Content-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": f"{POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab{SECOND}",
    "a list of lengths": f"{POST}Content-Length: 1, 1\r\n\r\na{SECOND}",
    "a length with a sign": f"{POST}Content-Length: +1\r\n\r\na{SECOND}",
    "a negative length": f"{POST}Content-Length: -1\r\n\r\n{SECOND}",
    "a length past all": f"{POST}Content-Length: {'9' * 30}\r\n\r\na{SECOND}",
    "two encodings": f"{POST}{CHUNKED[:-2]}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "an unknown encoding": f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{SECOND}",
    "a space before the colon": f"{POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{SECOND}",
    "a chunk without size": f"{POST}{CHUNKED}zz\r\n{SECOND}",
    "a chunk past all": f"{POST}{CHUNKED}{'f' * 20}\r\n{SECOND}",
    "a folded header": f"{GET}X: a\r\n b\r\n\r\n{SECOND}",
    "a null byte": f"{GET}X: a\0b\r\n\r\n{SECOND}",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an address of bytes": asks("/\xe9"),
    "two hosts": f"{GET}Host: evil.example\r\n\r\n",
    "the same host twice": f"{GET}Host: dashboard\r\n\r\n",
    "no host": "GET /logout HTTP/1.1\r\n\r\n",
    "a host of two words": "GET /logout HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a host with a path": "GET /logout HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "a host that is no address": "GET /logout HTTP/1.1\r\nHost: [\r\n\r\n",
    "a host with a user": "GET /logout HTTP/1.1\r\nHost: dashboard@evil.example\r\n\r\n",
    "a method that nobody knows": GET.replace("GET", "FOO", 1) + "\r\n",
}


def harmless(dashboard: Dashboard, request: str, caplog: pytest.LogCaptureFixture) -> list[int]:
    """Return the statuses it is answered with; the log has no bug, and the next one is answered."""
    with capture_logs() as lines, caplog.at_level(logging.ERROR):
        found = statuses(sent(dashboard, request))
        assert statuses(sent(dashboard, f"{GET}\r\n")) == [200]
    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []
    assert caplog.records == []
    return found


@pytest.mark.parametrize(("request_", "status"), LARGE.values(), ids=LARGE.keys())
def test_what_is_large_is_answered_or_refused(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture, request_: str, status: int
) -> None:
    assert harmless(dashboard, request_, caplog) in ([status], [] if status == 400 else [status])


@pytest.mark.parametrize("request_", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_can_be_read_in_two_ways_is_refused_whole(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture, request_: str
) -> None:
    assert harmless(dashboard, request_, caplog) == [400]


def test_what_is_no_request_is_refused_with_the_headers_of_every_answer(
    dashboard: Dashboard,
) -> None:
    head, _, text = sent(dashboard, AMBIGUOUS["two hosts"]).decode().partition("\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    assert {name: fields.get(name) for name in ALWAYS} == ALWAYS
    assert (fields["Content-Type"], int(fields["Content-Length"])) == (PLAIN, len(text))
    assert "evil" not in text


def test_http_1_0_needs_no_host(dashboard: Dashboard) -> None:
    assert statuses(sent(dashboard, "GET /health HTTP/1.0\r\n\r\n")) == [200]


def test_a_length_that_is_too_short_ends_the_body_there(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    request = f"{POST}Content-Length: 1\r\n\r\nabc\r\n\r\n"
    assert harmless(dashboard, request, caplog) == [400]


def test_a_trailer_is_no_header(dashboard: Dashboard) -> None:
    """It would be read as one by whatever looks at the headers after the body."""
    form = POST.replace("/rooms/-/delete", "/rooms/-/new") + CLOSE + CHUNKED
    trailer = "Origin: https://evil.example\r\n"
    page = sent(dashboard, f"{form}e\r\nname=kept-text\r\n0\r\n{trailer}\r\n")
    assert statuses(page) == [403]
    assert b'value="kept-text"' in page


def test_requests_in_one_piece_are_answered_in_turn(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    request = SECOND * 20 + asks("/health")
    assert harmless(dashboard, request, caplog) == [200] * 21


@pytest.mark.parametrize("path", ["/health", "/logout", "/rooms"])
def test_a_client_that_asks_without_end_and_reads_nothing_is_ended(
    dashboard: Dashboard, path: str
) -> None:
    """Each request that waits takes memory, without any sign-in."""
    flood = f"GET {path} HTTP/1.1\r\nHost: dashboard\r\n\r\n".encode() * 1000
    with capture_logs() as lines, connect(dashboard) as client:
        client.settimeout(5)
        sent_before_the_end = 0
        with suppress(ConnectionError):
            for _ in range(200):
                client.sendall(flood)
                sent_before_the_end += 1
        assert sent_before_the_end < 200
        until(lambda: not dashboard.holds(client))
    answered = [line for line in lines if line["event"] == "request" and line["path"] == path]
    assert len(answered) <= LimitedConnection.most_waiting + 1
    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []


def test_requests_that_wait_behind_a_response_do_not_hold_others_up(dashboard: Dashboard) -> None:
    waiting = SECOND * LimitedConnection.most_waiting + asks("/health")
    assert statuses(sent(dashboard, waiting)) == [200] * (LimitedConnection.most_waiting + 1)
