"""Hanging up many calls: /sip/calls/-/end, which shows first and hangs up once confirmed."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from app.inputs.sip.calls import MOST
from app.services.rooms import scan
from app.text.paths import segment
from tests.routes.asked import ODD, Ask, people
from tests.routes.conftest import Join
from tests.routes.filled import confirmed, filled, marked
from tests.routes.sip.test_calls_list import INBOUND, OUTBOUND
from tests.support.visitor import Visitor
from tests.support.waiting import until

PATH = "/sip/calls/-/end"


def ticked(room: str, *identities: str) -> list[str]:
    """Return what the list sends for these calls."""
    return [f"{segment(room)}/{segment(identity)}" for identity in identities]


def test_the_selected_are_shown_and_then_hung_up(
    admin: Visitor, room: str, join: Join, livekit: Ask
) -> None:
    join(room, "caller", kind="sip", attributes=INBOUND)
    join(room, "callee", kind="sip", attributes=OUTBOUND, name="Callee")
    join(room, "stays", kind="sip", attributes=INBOUND)
    join(room, "no call")
    listed = admin.get(f"/sip/calls?q={room}")
    values = {box["value"] for box in listed.all("input", name="call")}
    assert values == {*ticked(room, "caller", "callee", "stays")}
    page = admin.post(PATH, call=ticked(room, "callee", "caller", "no call", "nobody", "caller"))
    assert page.status == 200
    assert "Hang up 2 calls?" in page.text
    assert "+1 555 0100 → +1 555 0199 active in" in page.text
    assert "+1 555 0299 → +1 555 0200 ringing in" in page.text
    assert f"lk room participants remove --room {room} --identity caller" in page.text
    assert "Type 2, the number of calls, to confirm" in page.text
    assert {*people(livekit, room)} == {"caller", "callee", "stays", "no call"}
    done = admin.send(PATH, confirmed(page))
    assert "2 of 2 calls hung up" in done.text
    until(lambda: {*people(livekit, room)} == {"stays", "no call"})
    again = admin.send(PATH, confirmed(page))
    assert again.status == 409
    assert "Nothing to hang up" in again.text


def test_the_number_must_be_typed(admin: Visitor, room: str, join: Join, livekit: Ask) -> None:
    join(room, "caller", kind="sip", attributes=INBOUND)
    page = admin.send(PATH, filled(admin.post(PATH, call=ticked(room, "caller"))))
    assert page.status == 422
    assert marked(page) == ["typed"]
    assert "caller" in people(livekit, room)
    assert "1 of 1 call hung up" in admin.send(PATH, confirmed(page)).text


def test_the_audit_distinguishes_the_question_from_the_act(
    admin: Visitor, room: str, join: Join, livekit: Ask
) -> None:
    join(room, "caller", kind="sip", attributes=INBOUND)
    with capture_logs() as lines:
        page = admin.post(PATH, call=ticked(room, "caller"))
        admin.send(PATH, confirmed(page))
    question, act = (
        line for line in lines if (line["event"], line.get("action")) == ("done", "call.end")
    )
    assert question["asked"] == 1
    assert "calls" not in question
    assert "asked" not in act
    assert act["calls"] == [{"room": room, "identity": "caller", "result": "hung up"}]


def test_a_call_that_ended_in_between_is_asked_about_again(
    admin: Visitor, room: str, join: Join, livekit: Ask
) -> None:
    join(room, "stays", kind="sip", attributes=INBOUND)
    gone = join(room, "gone", kind="sip", attributes=INBOUND)
    page = admin.post(PATH, call=ticked(room, "stays", "gone"))
    gone.leave()
    until(lambda: {*people(livekit, room)} == {"stays"})
    again = admin.send(PATH, confirmed(page))
    assert again.status == 409
    assert "The calls have changed since this was shown." in again.text
    assert "Hang up 1 call?" in again.text
    assert {*people(livekit, room)} == {"stays"}


def test_all_that_match(
    admin: Visitor, room: str, join: Join, livekit: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, attributes in (("caller", INBOUND), ("callee", OUTBOUND)):
        join(room, who, kind="sip", attributes=attributes)
    listed = admin.get(f"/sip/calls?q={room}&status=ringing")
    assert "Hang up all 1 that match…" in listed.text
    assert listed.all("input", form="bulk", name="status", value="ringing")
    assert listed.all("input", form="bulk", name="start", value="0")
    page = admin.post(PATH, scope="matching", q=room, status="ringing", call=ticked(room, "caller"))
    assert "Hang up 1 call?" in page.text
    assert "all calls that match the filter in the rooms that were searched." in page.text
    assert "1 of 1 call hung up" in admin.send(PATH, confirmed(page)).text
    until(lambda: {*people(livekit, room)} == {"caller"})
    monkeypatch.setattr(scan, "ROOMS", 0)
    nothing = admin.post(PATH, scope="matching", q=room)
    assert "No active calls match." in nothing.text, "only rooms that were searched"


def test_odd_names(admin: Visitor, make_room: Ask, join: Join, livekit: Ask) -> None:
    room = make_room("calls / <b>&")
    names = [name for name in ODD.values() if "\0" not in name][:3]
    for name in names:
        join(room, name, kind="sip", attributes={"sip.callStatus": "active"})
    page = admin.post(PATH, call=ticked(room, *names))
    assert "Hang up 3 calls?" in page.text
    assert "<script>alert" not in page.html
    assert "3 of 3 calls hung up" in admin.send(PATH, confirmed(page)).text
    until(lambda: not people(livekit, room))


@pytest.mark.parametrize("fields", [{}, {"call": "no-such-room/nobody"}, {"call": "a"}])
def test_none_selected_is_said_so(admin: Visitor, fields: dict[str, str]) -> None:
    page = admin.post(PATH, **fields)
    assert page.status == 200
    assert "No active calls are selected." in page.text


@pytest.mark.parametrize("call", ["-/x", "a/-", "~?/x"])
def test_a_tick_that_no_page_of_ours_has_is_no_call(admin: Visitor, call: str) -> None:
    assert admin.post(PATH, call=call).status == 404


@pytest.mark.parametrize("field", ["scope", "status", "direction", "start"])
def test_wrong_values_are_422(admin: Visitor, field: str) -> None:
    page = admin.post(PATH, **{field: "wrong"})
    assert page.status == 422
    assert f"{field}: " in page.text


def test_more_than_a_page_has_are_too_many(admin: Visitor) -> None:
    page = admin.post(PATH, call=["a/b"] * (MOST + 1))
    assert page.status == 422
    assert "call: Choose at most 200." in page.text


def test_read_only_has_neither_boxes_nor_buttons(reader: Visitor, room: str, join: Join) -> None:
    join(room, "caller", kind="sip", attributes=INBOUND)
    page = reader.get(f"/sip/calls?q={room}")
    assert "+1 555 0100" in page.text
    assert not page.all("input", name="call")
    assert not page.all("button", formaction=PATH)


def test_refuses_what_it_must(
    guarded: Callable[..., None], room: str, join: Join, livekit: Ask
) -> None:
    join(room, "caller", kind="sip", attributes=INBOUND)
    guarded(PATH, call=ticked(room, "caller")[0])
    assert "caller" in people(livekit, room)
