"""How far apart two clocks are, by a header of whole seconds; and what LiveKit forgives."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.livekit.plain import PlainAnswer
from app.services.server.clock import LEEWAY, Clock, clock
from dev.stack import Stack

NOW = datetime(2026, 5, 4, 12, 30, 15, 250_000, UTC)
SPANS = st.timedeltas(timedelta(days=-400), timedelta(days=400))
WAITS = st.timedeltas(timedelta(), timedelta(seconds=60))


def header(moment: datetime) -> str:
    """Return a moment as a server writes it into Date: its fraction of a second is lost."""
    return format_datetime(moment, usegmt=True)


def apart(seconds: float) -> Clock:
    """Return a clock that is so far ahead, seen by an answer that took no time."""
    at = NOW.replace(microsecond=0)
    found = clock(PlainAnswer(header(at + timedelta(seconds=seconds)), at, at))
    assert found
    return found


@given(ahead=SPANS, there=WAITS, back=WAITS)
def test_the_true_difference_is_within_the_bounds(
    ahead: timedelta, there: timedelta, back: timedelta
) -> None:
    found = clock(PlainAnswer(header(NOW + there + ahead), NOW, NOW + there + back))
    assert found
    assert found.low <= ahead <= found.high
    assert found.high - found.low == timedelta(seconds=1) + there + back
    assert found.agrees or found.ahead == (ahead > timedelta())
    assert found.nearest <= abs(ahead) <= found.farthest


@pytest.mark.parametrize("text", ["", "now", "Mon, 99 Foo 2026 00:00:00 GMT", "\x00", "0"])
def test_a_header_that_is_no_date_tells_nothing(text: str) -> None:
    assert clock(PlainAnswer(text, NOW, NOW)) is None


@pytest.mark.parametrize(
    ("seconds", "all_", "some"),
    [
        (0, False, False),
        (30, False, False),
        (70, False, True),
        (6 * 3600 + 50, False, True),
        (6 * 3600 + 70, True, True),
        (-50, False, False),
        (-70, True, False),
    ],
)
def test_it_knows_when_tokens_fail(seconds: int, all_: bool, some: bool) -> None:
    assert (apart(seconds).refuses_all, apart(seconds).refuses_some) == (all_, some)


@pytest.mark.parametrize(("off", "status"), [(-50, 200), (50, 200), (-90, 401), (90, 401)])
def test_the_real_server_forgives_a_minute(stack: Stack, off: int, status: int) -> None:
    def ask(**times: int) -> int:
        claims = {"iss": stack.api_key, "video": {"roomList": True}, **times}
        token = jwt.encode(claims, stack.api_secret, algorithm="HS256")
        url = stack.url.replace("ws", "http", 1) + "/twirp/livekit.RoomService/ListRooms"
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(url, json={"names": ["-"]}, headers=headers).status_code

    assert LEEWAY.total_seconds() == 60
    now = int(datetime.now(UTC).timestamp())
    if off > 0:  # not valid yet
        assert ask(nbf=now + off, exp=now + 3600) == status
    else:
        assert ask(nbf=now - 3600, exp=now + off) == status
