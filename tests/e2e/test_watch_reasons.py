"""Why a watched tile is black, from real tracks; and the charts beyond their thresholds."""

from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Locator, Page, ViewportSize, expect

from app.text.paths import room_path
from dev.stack import Stack
from dev.workers import AudioInput, VideoInput
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.test_watch_room import NOT_TOLD, PATIENCE_MS, SIGNING_IN, tile
from tests.routes.asked import Ask

TALL = ViewportSize(width=1280, height=3600)
# the room that the page joins, and all that was said of its tiles
FOLLOW = """() => {
  const on = LivekitClient.Room.prototype.on;
  LivekitClient.Room.prototype.on = function (...given) {
    window.room = this;
    return on.apply(this, given);
  };
  window.reasons = new Set();
  const grid = document.querySelector("[data-grid]");
  new MutationObserver(() => {
    for (const each of grid.querySelectorAll("[data-reason]")) window.reasons.add(each.textContent);
  }).observe(grid, { subtree: true, childList: true, characterData: true });
}"""
BANDWIDTH = "bits => window.room.simulateScenario('subscriber-bandwidth', bits)"
# figures, one after the other, of a tile that belongs to nobody
DRAW = """async ([module, samples]) => {
  const { showFigures } = await import(module);
  const box = document.querySelector("template[data-feed]").content.cloneNode(true).children[0];
  document.querySelector("[data-grid]").append(box);
  for (const sample of samples) showFigures(box, sample);
}"""


def reason(page: Page, identity: str, kind: str = "video") -> Locator:
    """Return what the tile says of the participant's video or audio."""
    video_or_audio: Locator = tile(page, identity).locator(f"[data-kind={kind}]")
    return video_or_audio.locator("[data-reason]")


def send(stack: Stack, livekit: Ask, room: str, identity: str, mime_type: str) -> None:
    """Publish video of this type, which isn't transcoded and which no decoder understands."""
    ingress = livekit(
        "ingress.create_ingress",
        api.CreateIngressRequest(
            input_type=api.IngressInput.WHIP_INPUT,
            name=identity,
            room_name=room,
            participant_identity=identity,
            enable_transcoding=False,
        ),
    )
    stack.standin.plan_stream(
        ingress.stream_key, video=VideoInput(mime_type=mime_type), audio=AudioInput()
    )
    stack.standin.publish(ingress.stream_key)


@pytest.fixture
def watching(open_page: OpenPage, room: str) -> Page:
    """A tall page that is about to watch the room."""
    page = open_page(room_path(room, "watch"), viewport=TALL, **SIGNING_IN)
    page.evaluate(FOLLOW)
    return page


def test_a_black_tile_says_why(
    watching: Page, room: str, join: Join, livekit: Ask, stack: Stack
) -> None:
    page = watching
    join(room, "ada", video=True)
    join(room, "encrypted", video=True, encrypted=True)
    join(room, "private", video=True, private=True)
    mute = join(room, "mute", video=True, audio=True)
    for track in mute.track_sids.values():
        muting = api.MuteRoomTrackRequest(room=room, identity="mute", track_sid=track, muted=True)
        livekit("room.mute_published_track", muting)
    for identity, mime_type in (
        ("newer", "video/H265"),
        ("broken", "video/VP8"),
        ("silent", "video/H264"),
    ):
        send(stack, livekit, room, identity, mime_type)
    page.get_by_role("button", name="Start watching").click()

    for identity, text in {
        "encrypted": "End-to-end encrypted: this page doesn't have the key.",
        "private": "Not permitted: the publisher restricts who may receive this track.",
        "mute": "Muted by the publisher or a moderator.",
        "newer": "This browser can't decode H265.",
        "broken": "Frames are received, but this browser can't decode them (VP8).",
        "ada": "",
    }.items():
        expect(reason(page, identity)).to_have_text(text, timeout=PATIENCE_MS)
    expect(reason(page, "silent")).to_contain_text("No frames received for")
    expect(reason(page, "mute", "audio")).to_have_text("Muted by the publisher or a moderator.")
    assert "Starting…" in page.evaluate("[...window.reasons]")
    assert problems_everywhere(page) == {}

    page.evaluate(BANDWIDTH, 1000)
    slow = "Paused by LiveKit: the connection to this browser is too slow."
    expect(reason(page, "ada")).to_have_text(slow, timeout=PATIENCE_MS)
    page.evaluate(BANDWIDTH, 0)
    expect(reason(page, "ada")).to_have_text("", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Stop").click()


def test_charts_have_a_scale_thresholds_and_gaps(watching: Page) -> None:
    page = watching
    script = page.locator("script[src*='js/media/watch']").get_attribute("src") or ""
    samples: list[dict[str, Any] | None] = [
        {"loss": 0.5, "trip": 2, "jitter": 31, "bitrate": 1e6},
        None,
        {"loss": 7.25, "trip": 1, "jitter": 4},
    ]
    page.evaluate(DRAW, [script.replace("watch.js", "figures.js"), samples])
    loss, trip = (page.locator(f"[data-grid] [data-figure={name}]") for name in ("loss", "trip"))
    # far beyond the floor: the scale grows, and a word says what the color does
    expect(loss.locator("[data-value]")).to_have_text("7.3 %")
    expect(loss.locator("[data-severity]")).to_have_text("very high")
    expect(loss.get_by_role("img")).to_have_accessible_name(
        "Packet loss in the last 60 s: 0.5 % to 7.3 %, 1 missing. Scale: 0 to 10 %. "
        "High from 2.0 %, very high from 5.0 %."
    )
    # two dots: nothing is drawn where a sample is missing
    assert (loss.locator("path").get_attribute("d") or "").count("M") == 2
    # a few milliseconds stay at the bottom of a scale of 300
    expect(trip.locator("[data-scale]")).to_have_text(f"0 {NOT_TOLD} 300 ms")
    expect(trip.locator("[data-severity]")).to_be_hidden()
    expect(trip.locator("line.warn")).to_have_attribute("visibility", "visible")
    heights = [float(part.split(",")[1].rstrip("h0") or 0) for part in _points(trip)]
    assert min(heights) > 22
    expect(page.locator("[data-grid] [data-figure=size] [data-value]")).to_have_text(NOT_TOLD)


def _points(figure: Locator) -> list[str]:
    line = figure.locator("path").get_attribute("d") or ""
    return line.replace("L", "M").split("M")[1:]
