"""Creating a room: /rooms/-/new."""

import json
from collections.abc import Callable

import pytest
from livekit import api

from app.text.paths import room_path
from tests.routes.asked import Ask, free_name, opened
from tests.routes.filled import filled
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor

ODD_NAMES = [
    "a/b",
    "..",
    ".",
    "%2F",
    "?x=1",
    "#top",
    "<script>alert(1)</script>",
    'o\'neil "quoted"',
    "emoji 🎥 ünïcode",
    "مرحبا بالعالم",
    "export.csv",
    "new",
    " spaced ",
    "{{ 7 * 7 }}",
]


name = free_name("new")


def test_creates_a_room_and_goes_to_it(admin: Visitor, livekit: Ask, name: str) -> None:
    answer = admin.post("/rooms/-/new", name=name, metadata='{"a": 1}', max_participants="7")
    page = admin.follow(answer)
    assert answer.location == room_path(name)
    assert f"Room {name} is open." in page.text
    room = opened(livekit, name)
    assert (room.metadata, room.max_participants) == ('{"a": 1}', 7)


def test_passes_every_field_on(admin: Visitor, livekit: Ask, name: str) -> None:
    fields = {
        "empty_timeout": "61",
        "departure_timeout": "62",
        "max_participants": "3",
        "min_playout_delay": "10",
        "max_playout_delay": "20",
        "sync_streams": "on",
        "agents": f'first {json.dumps({"x": 1})}\nsecond',
    }
    answer = admin.post("/rooms/-/new", name=name, **fields)
    assert answer.status == 303, answer.text
    room = opened(livekit, name)
    assert (room.empty_timeout, room.departure_timeout, room.max_participants) == (61, 62, 3)
    dispatches = livekit("agent_dispatch.list_dispatch", name)
    agents = {d.agent_name: d.metadata for d in dispatches}
    assert agents["first"] == '{"x": 1}'
    assert agents["second"] == ""


def test_agents_can_be_whole_messages(admin: Visitor, livekit: Ask, name: str) -> None:
    odd = "<script>alert('\u202e 🎥')</script>"
    whole = {"agentName": odd, "metadata": odd, "attributes": {odd: odd}, "deployment": "v2"}
    agents = json.dumps([whole | {"restartPolicy": "JRP_NEVER"}, {"agent_name": "plain"}])
    more = {"tags": json.dumps({odd: odd}), "replay_enabled": "on"}
    answer = admin.post("/rooms/-/new", name=name, agents=agents, **more)
    assert answer.status == 303, answer.text
    found = {d.agent_name: d for d in livekit("agent_dispatch.list_dispatch", name)}
    assert (found[odd].metadata, found[odd].deployment) == (odd, "v2")
    assert (dict(found[odd].attributes), found[odd].restart_policy) == ({odd: odd}, 1)
    assert (found["plain"].deployment, found["plain"].restart_policy) == ("", 0)


@pytest.mark.parametrize(
    ("agents", "why"),
    [
        ('{"agent_name": "helper"}', "enter JSON as an array"),
        ('[{},\n {"deploy": "v2"}]', "[1].deploy: there is no such field."),
        (
            '[{"restart_policy": "OFTEN"}]',
            "[0].restart_policy: expected one of JRP_ON_FAILURE, JRP_NEVER, not",
        ),
        ('[{"restart_policy": 7}]', "[0].restart_policy: Enter JRP_ON_FAILURE or JRP_NEVER."),
        ('[{"attributes": {"n": 1}}]', "[0].attributes.n: expected text in quotes, not a number."),
        ('[\n"helper"]', "[0]: expected an object in { }, not"),
        ('[{\n"deployment": "v_2"}]', "[0].deployment: LiveKit reserves _"),
        ('[{"deployment": "v 2"}]', "[0].deployment: Remove spaces"),
        ('[{"agent_name": "\\ud800"}]', "half a character"),
    ],
)
def test_what_is_wrong_with_an_agent_is_said_with_its_path(
    admin: Visitor, livekit: Ask, name: str, agents: str, why: str
) -> None:
    page = admin.post("/rooms/-/new", name=name, agents=agents)
    assert page.status == 422
    assert why in page.text
    assert filled(page)["agents"] == agents
    assert opened(livekit, name) is None


@pytest.mark.parametrize("odd", ODD_NAMES)
def test_odd_names_work_all_the_way(admin: Visitor, livekit: Ask, odd: str) -> None:
    answer = admin.post("/rooms/-/new", name=odd)
    try:
        page = admin.follow(answer)
        assert page.status == 200
        assert odd.strip() in page.text
        assert answer.location in [a.get("href") for a in admin.get("/rooms?per_page=200").all("a")]
        assert admin.post(f"{answer.location}/delete").status == 303
        assert opened(livekit, odd) is None
    finally:
        if opened(livekit, odd):
            livekit("room.delete_room", api.DeleteRoomRequest(room=odd))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 500),
        ("max_participants", "-1"),
        ("max_participants", "4294967296"),
        ("max_participants", "many"),
        ("empty_timeout", "1.5"),
        ("agents", json.dumps([{"attributes": {"a": "x" * 66_000}}])),
        ("agents", f"helper {'x' * 600_000}"),
        ("tags", '{"a": 1}'),
        ("egress", "no json"),
        ("egress", '{"unknown": 1}'),
        ("room_preset", "no-such-preset"),
        ("node_id", "ND_no_such_node"),
    ],
)
def test_bad_input_is_422_with_the_field_marked_and_all_kept(
    admin: Visitor, livekit: Ask, name: str, field: str, value: str
) -> None:
    typed = {"name": name, "max_playout_delay": "99", field: value}
    page = admin.post("/rooms/-/new", **typed)
    assert page.status == 422
    marked = [t for t in page.all("input") + page.all("textarea") if t.get("aria-invalid")]
    assert [t["name"] for t in marked] == [field]
    assert page.all("input", name="max_playout_delay")[0]["value"] == "99"
    assert opened(livekit, name) is None


def test_an_open_room_of_that_name_is_said_and_not_touched(
    admin: Visitor, livekit: Ask, room: str
) -> None:
    page = admin.post("/rooms/-/new", name=room, metadata="other")
    assert page.status == 409
    assert "already open" in page.text
    assert page.all("input", name="name")[0]["value"] == room
    assert opened(livekit, room).metadata == ""


def test_refuses_who_may_not(
    nobody: Visitor, start_dashboard: Callable[..., Dashboard], livekit: Ask, name: str
) -> None:
    assert nobody.send("/rooms/-/new", {"name": name}).status == 401
    reader = start_dashboard(read_only=True).visitor()
    assert reader.post("/rooms/-/new", name=name).status == 403
    assert opened(livekit, name) is None


def test_refuses_without_the_token_and_keeps_what_was_typed(
    admin: Visitor, livekit: Ask, name: str
) -> None:
    page = admin.post("/rooms/-/new", name=name, metadata="kept text", csrf="wrong")
    assert page.status == 403
    assert page.all("input", name="name")[0]["value"] == name
    assert "kept text" in page.text
    assert opened(livekit, name) is None
    again = admin.send("/rooms/-/new", {"name": name, "csrf": page.csrf})
    assert again.status == 303
