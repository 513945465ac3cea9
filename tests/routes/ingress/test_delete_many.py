"""Deleting many ingresses: /ingress/-/delete, which shows first and deletes once confirmed."""

import secrets
from collections.abc import Callable

import pytest
from livekit import api

from dev.workers import Standin
from tests.routes.asked import ODD, Ask, people
from tests.routes.filled import confirmed, filled, marked
from tests.routes.ingress.ingresses import kept, state
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

PATH = "/ingress/-/delete"
WHIP = api.IngressInput.WHIP_INPUT


def confirm(admin: Visitor, page: Seen) -> Seen:
    """Press the button of the page that asked."""
    assert page.status in {200, 409, 422}, page.text
    return admin.send(PATH, confirmed(page))


def left(livekit: Ask, ids: list[str]) -> list[str]:
    """Return those of `ids` that are still there."""
    return [id_ for id_ in ids if kept(livekit, id_)]


def live(livekit: Ask, standin: Standin, info: api.IngressInfo) -> None:
    """Let somebody send to it."""
    standin.publish(info.stream_key)
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")


def test_the_selected_are_shown_and_then_deleted(
    admin: Visitor, make_ingress: Ask, livekit: Ask
) -> None:
    names = [*ODD.values()]
    ids = [make_ingress(name=name).ingress_id for name in [*names, "not this one"]]
    assert all(admin.get("/ingress").all("input", name="ingress", value=id_) for id_ in ids)
    page = admin.post(PATH, ingress=[ids[0], *ids[:-1], "IN_none"])
    assert f"Delete {len(names)} ingresses?" in page.text
    assert "None of them is live. Their stream keys stop working" in page.text
    assert f"lk ingress delete {ids[0]} && lk ingress delete {ids[1]}" in page.text
    assert "<script>alert" not in page.html
    assert "not this one" not in page.text
    assert "typed" not in filled(page), "nobody is disconnected"
    assert left(livekit, ids) == ids, "nothing is deleted before it is confirmed"
    done = confirm(admin, page)
    assert f"{len(names)} of {len(names)} ingresses deleted" in done.text
    assert left(livekit, ids) == ids[-1:]
    again = confirm(admin, page)
    assert again.status == 409
    assert "Nothing to delete" in again.text


def test_names_what_ends_and_ends_it(
    admin: Visitor, make_ingress: Ask, livekit: Ask, standin: Standin
) -> None:
    idle, busy = make_ingress(), make_ingress()
    live(livekit, standin, busy)
    page = admin.post(PATH, ingress=[idle.ingress_id, busy.ingress_id])
    assert "1 of them is live: its session ends immediately." in page.text
    assert f"{busy.name} {busy.ingress_id} publishing RTMP in {busy.room_name}" in page.text
    assert "1 ingress that isn't live" in page.text
    assert f"{idle.name} {idle.ingress_id} RTMP for {idle.room_name}" in page.text
    unconfirmed = admin.send(PATH, filled(page))
    assert unconfirmed.status == 422
    assert marked(unconfirmed) == ["typed"]
    assert left(livekit, [idle.ingress_id, busy.ingress_id]) == [idle.ingress_id, busy.ingress_id]
    assert "2 of 2 ingresses deleted" in confirm(admin, unconfirmed).text
    until(lambda: "encoder" not in people(livekit, busy.room_name))


def test_one_that_went_live_in_between_is_asked_about_again(
    admin: Visitor, make_ingress: Ask, livekit: Ask, standin: Standin
) -> None:
    info = make_ingress()
    page = admin.post(PATH, ingress=info.ingress_id)
    live(livekit, standin, info)
    again = confirm(admin, page)
    assert again.status == 409
    assert "The ingresses have changed since this was shown. Nothing was done" in again.text
    assert "1 of them is live" in again.text
    assert kept(livekit, info.ingress_id)


def test_all_that_match(admin: Visitor, make_ingress: Ask, livekit: Ask) -> None:
    part = secrets.token_hex(4)
    ids = [make_ingress(name=f"{part} {n}", input_type=WHIP).ingress_id for n in range(2)]
    other = make_ingress(name=f"{part} other").ingress_id
    listed = admin.get(f"/ingress?q={part}&input=whip")
    assert listed.all("button", form="bulk", name="scope", value="matching")
    assert listed.all("input", form="bulk", name="input", value="whip")
    assert "Delete all 2 that match…" in listed.text
    nothing = admin.post(PATH, scope="matching", q=part, state="publishing")
    assert "No ingresses match." in nothing.text
    page = admin.post(PATH, scope="matching", q=part.upper(), input="whip", ingress=other)
    assert "Delete 2 ingresses?" in page.text
    assert "These are all ingresses that match the filter." in page.text
    assert "2 of 2 ingresses deleted" in confirm(admin, page).text
    assert left(livekit, [*ids, other]) == [other]


@pytest.mark.parametrize("fields", [{}, {"ingress": "IN_none"}])
def test_none_selected_is_said_so(admin: Visitor, fields: dict[str, str]) -> None:
    assert "No ingresses are selected." in admin.post(PATH, **fields).text


@pytest.mark.parametrize("field", ["scope", "state", "input"])
def test_wrong_values_are_422(admin: Visitor, field: str) -> None:
    page = admin.post(PATH, **{field: "wrong"})
    assert page.status == 422
    assert f"{field}: Choose one of" in page.text


def test_read_only_has_neither_boxes_nor_buttons(reader: Visitor, make_ingress: Ask) -> None:
    page = reader.get(f"/ingress?q={make_ingress().name}")
    assert not page.all("input", name="ingress")
    assert not page.all("button", formaction=PATH)


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, make_ingress: Ask
) -> None:
    info = make_ingress()
    guarded(PATH, ingress=info.ingress_id)
    assert kept(livekit, info.ingress_id)
