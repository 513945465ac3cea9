"""Deleting an ingress: /ingress/{ingress}/delete."""

from collections.abc import Callable

from livekit import api

from app.text.paths import ingress_path
from dev.workers import Standin
from tests.routes.asked import Ask, people
from tests.routes.ingress.ingresses import kept, state
from tests.support.visitor import Visitor
from tests.support.waiting import until

URL = api.IngressInput.URL_INPUT


def test_deletes_after_a_question(admin: Visitor, livekit: Ask, make_ingress: Ask) -> None:
    info = make_ingress(name="<b>one</b>")
    path = ingress_path(info.ingress_id, "delete")
    page = admin.get(path)
    for text in ("Delete this ingress?", "<b>one</b>", info.room_name, "stops working immediately"):
        assert text in page.text
    assert "session ends" not in page.text
    assert kept(livekit, info.ingress_id)
    answer = admin.send(path, {"csrf": page.csrf})
    assert answer.location == "/ingress"
    assert "Ingress <b>one</b> was deleted." in admin.follow(answer).text
    assert kept(livekit, info.ingress_id) is None


def test_names_what_ends_and_ends_it(
    admin: Visitor, livekit: Ask, make_ingress: Ask, standin: Standin
) -> None:
    info = make_ingress()
    standin.publish(info.stream_key)
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
    path = ingress_path(info.ingress_id, "delete")
    text = admin.get(path).text
    assert "It is publishing now. Its session and 2 tracks end immediately." in text
    assert admin.post(path).status == 303
    (call,) = standin.session(info.ingress_id).received
    wanted = api.DeleteIngressRequest(ingress_id=info.ingress_id)
    assert (call.name, call.request) == ("delete_ingress", wanted)
    until(lambda: "encoder" not in people(livekit, info.room_name))


def test_what_is_pulled_can_be_deleted(admin: Visitor, livekit: Ask, make_ingress: Ask) -> None:
    info = make_ingress(input_type=URL, url="http://media.example/delete.mp4")
    assert "stream key" not in admin.get(ingress_path(info.ingress_id, "delete")).text
    assert admin.post(ingress_path(info.ingress_id, "delete")).status == 303
    assert kept(livekit, info.ingress_id) is None


def test_the_second_click_says_that_it_is_gone(admin: Visitor, make_ingress: Ask) -> None:
    path = ingress_path(make_ingress().ingress_id, "delete")
    assert admin.post(path).status == 303
    page = admin.post(path)
    assert page.status == 404
    assert "Not found" in page.text
    assert admin.get(path).status == 404


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, make_ingress: Ask
) -> None:
    info = make_ingress()
    guarded(ingress_path(info.ingress_id, "delete"))
    assert kept(livekit, info.ingress_id)
