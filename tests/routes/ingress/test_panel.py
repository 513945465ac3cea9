"""Ingress on a room's page, and as a figure on the overview: what is received now."""

from html import unescape

from livekit import api

from app.text.paths import ingress_path, room_path
from dev.workers import Standin, VideoInput
from tests.routes.asked import Ask, people
from tests.routes.ingress.ingresses import listed, state
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

PUBLISHING = api.IngressState.Status.ENDPOINT_PUBLISHING


def panel(page: Seen) -> str:
    """Return the panel's HTML; empty where the page has none."""
    return page.html.partition('aria-labelledby="ingress-now"')[2].partition("</section>")[0]


def test_is_there_while_something_comes_in(
    admin: Visitor, reader: Visitor, make_ingress: Ask, standin: Standin, livekit: Ask
) -> None:
    live = make_ingress(room_name="<i>the</i> stage")
    idle = make_ingress(room_name="<i>the</i> stage")
    room = f"{room_path(live.room_name)}?tab=media"
    standin.plan_stream(live.stream_key, bitrates=True)
    standin.publish(live.stream_key)
    until(lambda: state(livekit, live.ingress_id) == "ENDPOINT_PUBLISHING")
    assert "1280 \u00d7 720, 30 fps" in unescape(panel(admin.get(room)))
    assert "bit/s" not in panel(admin.get(room)), "no bitrate was reported yet"
    standin.change_stream(live.ingress_id, video=VideoInput(average_bitrate=2_600_000))
    for visitor in (admin, reader):
        found = panel(visitor.get(room))
        assert ingress_path(live.ingress_id) in found
        assert "publishing" in found
        assert "1280 \u00d7 720, 30 fps, 2.6 Mbit/s" in unescape(found)
        assert idle.ingress_id not in found
        assert "<i>the" not in found
        for path in ("/", room):
            assert live.stream_key not in visitor.get(path).html
        publishing = [i for i in listed(livekit) if i.state.status == PUBLISHING]
        assert f"Ingress {len(publishing)} publishing" in visitor.get("/").text
    assert "All, 1 idle" in panel(admin.get(room))
    new = "/ingress/-/new?room=%3Ci%3Ethe%3C/i%3E%20stage"
    assert new in panel(admin.get(room))
    assert new not in panel(reader.get(room))
    assert 'value="&lt;i&gt;the&lt;/i&gt; stage"' in admin.get(new).html
    standin.end_stream(live.ingress_id)
    until(lambda: not people(livekit, live.room_name))
    assert "No active ingresses" in panel(admin.get(room))
