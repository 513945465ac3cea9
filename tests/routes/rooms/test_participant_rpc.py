"""/rooms/{room}/participants/{identity}/rpc: call a method of a participant's program."""

import asyncio
from collections.abc import Callable

import pytest
from livekit import rtc

from app.text.formatters import visible
from app.text.paths import participant_path
from dev.participants import Crowd, Participant
from tests.routes.conftest import Join
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor

HOSTILE = '<b>"no"</b> redis required \u202e'


@pytest.fixture
def path(room: str, join: Join, crowd: Crowd) -> str:
    """The form's path for a participant whose program knows some methods."""
    ada = join(room, "ada & <co>", name="Ada")
    crowd.wait_for(register(ada))
    return participant_path(room, "ada & <co>", "rpc")


async def register(who: Participant) -> None:
    """Register the methods, in the event loop that the participant lives in."""

    async def echo(call: rtc.RpcInvocationData) -> str:
        return f"{call.payload}!"

    async def refuse(call: rtc.RpcInvocationData) -> str:
        raise rtc.RpcError(1234, HOSTILE)

    async def sleep(call: rtc.RpcInvocationData) -> str:
        await asyncio.sleep(5)
        return "late"

    for method in (echo, refuse, sleep):
        who.room.local_participant.register_rpc_method(method.__name__, method)


def call(admin: Visitor, path: str, **fields: str) -> Seen:
    """Send the form as the page gives it, some fields changed."""
    return admin.send(path, filled(admin.get(path)) | fields)


def test_what_it_answers_is_shown_above_the_form_for_the_next_call(
    admin: Visitor, path: str
) -> None:
    payload = '{"a": "<i>é</i>"}\n second'
    page = call(admin, path, method="echo", payload=payload)
    assert page.status == 200
    assert "Response after" in page.text
    assert '{"a": "<i>é</i>"} second!' in page.text
    assert "<i>" not in page.html
    kept = filled(page)
    assert (kept["method"], kept["payload"], kept["seconds"]) == ("echo", payload, "10")


def test_its_own_error_is_an_answer(admin: Visitor, path: str) -> None:
    page = call(admin, path, method="refuse")
    assert page.status == 200
    assert "Error 1234 after" in page.text
    assert visible(HOSTILE) in page.text
    assert "Redis" not in page.text
    assert '<b>"no' not in page.html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"method": "no such"}, "Error 1400 after"),
        ({"method": "sleep", "seconds": "1"}, "Error 1502 after"),
    ],
)
def test_what_livekit_answers_in_its_place(
    admin: Visitor, path: str, fields: dict[str, str], said: str
) -> None:
    page = call(admin, path, **fields)
    assert page.status == 200
    assert said in page.text
    assert "no such method" in page.text or "didn't respond in time" in page.text


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("method", "", "This field is required."),
        ("seconds", "0", "Enter 1 or more."),
        ("seconds", "15", "Enter 14 or less."),
        ("seconds", "soon", "Enter a whole number."),
        ("payload", "é" * 7681, "15,362 bytes. Use at most 15,360."),
    ],
)
def test_what_cannot_be_is_marked_and_kept(
    admin: Visitor, path: str, field: str, value: str, why: str
) -> None:
    page = call(admin, path, **{"method": "echo", field: value})
    assert page.status == 422
    assert why in page.text
    assert filled(page)[field] == value


def test_who_may_not_send_data_cannot_acknowledge(
    admin: Visitor, room: str, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(room, "mute", grants={"can_publish_data": False})
    path = participant_path(room, "mute", "rpc")
    assert "isn't allowed to send data" in admin.get(path).text
    page = call(admin, path, method="echo", seconds="1")
    assert "Responding requires permission to send data" in page.text


def test_nobody_there(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada")
    gone = participant_path(room, "gone", "rpc")
    assert admin.get(gone).status == 404
    assert admin.post(gone, method="echo").status == 404


def test_refuses_who_and_what_must_not(path: str, guarded: Callable[..., None]) -> None:
    guarded(path, method="echo", payload="kept in vain")


def test_both_forms_of_the_console_lead_to_each_other(admin: Visitor, path: str) -> None:
    send = path.removesuffix("rpc") + "send"
    assert admin.get(path).all("a", href=send)
    assert admin.get(send).all("a", href=path)
