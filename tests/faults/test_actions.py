"""Every action while LiveKit is away: in time, with a reason, and with what was typed kept."""

import secrets
from functools import partial
from typing import Any

import pytest

from dev.workers import Standin
from tests.faults.conftest import ACTIONS, LIMIT, PATH, ROOM, TYPED, WHO, Broken, at_once
from tests.faults.test_pages import FAULTS, LIES
from tests.routes.asked import Ask, opened, people
from tests.routes.egress.jobs import of_room
from tests.routes.ingress.ingresses import listed
from tests.support.fault import Mode

pytestmark = pytest.mark.alone


def state(livekit: Ask) -> tuple[Any, ...]:
    """Return what the actions would change."""
    ada = people(livekit, ROOM)["ada"]
    tracks = [(track.sid, track.muted) for track in ada.tracks]
    return (
        opened(livekit, ROOM).metadata,
        opened(livekit, f"new {TYPED}"),
        listed(livekit, TYPED),
        [job.egress_id for job in of_room(livekit, ROOM)],
        (ada.name, dict(ada.attributes), ada.permission, tracks),
    )


@pytest.mark.parametrize(("mode", "status", "reason"), FAULTS, ids=[mode for mode, *_ in FAULTS])
def test_every_action_says_what_is_wrong_and_keeps_what_was_typed(
    broken: Broken, livekit: Ask, ada: Any, mode: Mode, status: int, reason: str
) -> None:
    before = state(livekit)
    broken.break_(mode)
    asks = [partial(broken.post, path, fields) for path, fields in ACTIONS.items()]
    for answer in at_once(asks):
        page = answer.page
        assert answer.seconds < LIMIT, (answer.path, answer.seconds)
        assert page.status == status, (answer.path, page.text)
        assert reason in page.text, answer.path
        assert not LIES.search(page.text), (answer.path, page.text)
        assert "set-cookie" not in page.headers
        if TYPED in str(ACTIONS[answer.path]):
            assert TYPED in page.html.replace("&#34;", '"'), answer.path
        assert page.csrf, f"{answer.path}: it cannot be sent again"
    assert state(livekit) == before
    assert ada.connected
    assert ada.received == []


def test_sent_again_once_livekit_is_back_it_is_done(broken: Broken, livekit: Ask) -> None:
    broken.break_("reset")
    failed = broken.post(f"{PATH}/edit", {"metadata": "in the end"}).page
    assert failed.status == 503
    broken.break_("pass")
    fields = {"csrf": failed.csrf, "metadata": failed.all("textarea")[0].get("name", "")}
    assert fields["metadata"] == "metadata"
    again = broken.visitor.send(f"{PATH}/edit", fields | {"metadata": "in the end"})
    assert again.status == 303
    assert opened(livekit, ROOM).metadata == "in the end"


def test_a_write_whose_answer_was_lost_is_said_to_be_unknown(
    broken: Broken, make_room: Ask, livekit: Ask
) -> None:
    ticked = {"scope": "selected", "room": make_room()}
    asked = broken.post("/rooms/-/delete", ticked).page
    writes: dict[str, dict[str, Any]] = {
        f"{PATH}/edit": {"metadata": "done all the same"},
        f"{WHO}/edit": {"name": "Ada Lovelace"},
        "/rooms/-/delete": ticked | {"seen": asked.all("input", name="seen")[0]["value"]},
    }
    broken.break_("lost")
    for path, fields in writes.items():
        page = broken.post(path, fields).page
        assert (
            "We couldn't confirm whether this succeeded. Check before you try again." in page.text
        )
        assert page.status == (200 if "delete" in path else 503)
    assert opened(livekit, ROOM).metadata == "done all the same"
    assert people(livekit, ROOM)["ada"].name == "Ada Lovelace"
    assert not opened(livekit, ticked["room"])


def test_a_token_needs_no_livekit(broken: Broken) -> None:
    for mode in ("hang", "reset"):
        broken.break_(mode)
        answer = broken.post("/sandbox", {"identity": "ada", "room": ROOM, "room_join": "on"})
        assert answer.page.status == 200
        assert answer.seconds < LIMIT
        assert "Copy this token now; it is not stored." in answer.page.text


def test_htmx_gets_a_fragment(broken: Broken) -> None:
    broken.break_("reset")
    for path, fields in ACTIONS.items():
        sent = fields | {"csrf": broken.token}
        page = broken.visitor.send(path, sent, HX_Request="true")
        assert page.status == 503, path
        assert page.all("html") == []
        assert "the connection broke before there was a response" in page.text
        assert page.headers["x-csrf-token"]
        assert not {"hx-redirect", "hx-trigger"} & set(page.headers)


def test_a_room_made_although_its_egress_never_answered_is_said(
    broken: Broken, make_room: Ask, livekit: Ask, standin: Standin
) -> None:
    name = f"recorded-{secrets.token_hex(4)}"
    # LiveKit waits for the egress worker, and the room is there all the same
    standin.plan(name, answer_after=3)
    wanted = {"name": name, "egress": '{"room": {"file_outputs": [{"filepath": "x"}]}}'}
    answer = broken.post("/rooms/-/new", wanted)
    assert answer.seconds < LIMIT
    assert answer.page.status == 504
    assert (
        f"The room {name} was created, but no egress worker responded in time." in answer.page.text
    )
    assert opened(livekit, name)
    make_room(name)  # which finds it, and ends it after the test
