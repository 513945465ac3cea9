"""The token workbench in a browser: presets, copying, reading; with scripts and without."""

import base64
from collections.abc import Callable

import zxingcpp
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage, Stage
from tests.e2e.test_copy import allow, check_all

# How bright each pixel of a picture is.
PIXELS = """async (svg, png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const { width, height } = image;
  const pen = new OffscreenCanvas(width, height).getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const green = Array.from({ length: width * height }, (_, at) => data[4 * at + 1]);
  return { shape: [height, width], green };
}"""


def scanned(code: Locator) -> str:
    """Read a QR code off the screen, as a telephone does."""
    seen = code.evaluate(PIXELS, base64.b64encode(code.screenshot()).decode())
    found = zxingcpp.read_barcode(memoryview(bytes(seen["green"])).cast("B", seen["shape"]))
    assert found, "there is no code in the picture"
    return str(found.text)


def ticked(page: Page) -> set[str]:
    """Return the names of the ticked boxes."""
    boxes = page.locator("main input[type=checkbox]:checked")
    return set(boxes.evaluate_all("boxes => boxes.map((box) => box.name)"))


def make(page: Page, room: str, identity: str) -> str:
    """Make a token by the form that is open, and give it."""
    page.get_by_role("textbox", name="Room", exact=True).fill(room)
    page.get_by_role("textbox", name="Identity").fill(identity)
    page.get_by_role("button", name="Create token").click()
    return page.get_by_role("textbox", name="Token").input_value()


def test_a_preset_fills_in_and_keeps_what_was_typed(open_page: OpenPage, room: str) -> None:
    page = open_page("/sandbox")
    page.get_by_role("textbox", name="Display name").fill("typed before")
    page.get_by_role("link", name="Recorder").click()
    assert ticked(page) == {"room_join", "can_subscribe", "hidden", "recorder"}
    for summary in page.locator("main details > summary").all():
        summary.click()
    assert problems_everywhere(page) == {}
    page.get_by_role("link", name="Agent", exact=True).click()
    page.get_by_role("link", name="Viewer").click()
    expect(page.get_by_role("link", name="Viewer")).to_have_attribute("aria-current", "true")
    assert ticked(page) == {"room_join", "can_subscribe"}
    assert page.locator("#f-kind").input_value() == "standard"
    expect(page.get_by_role("textbox", name="Display name")).to_have_value("typed before")
    make(page, room, "eve")
    expect(page.locator(".powers > ul > li")).to_have_text(
        [f"join the room {room}", "subscribe to other participants"]
    )


def test_copies_the_token_and_all_that_makes_it(open_page: OpenPage, room: str) -> None:
    page = open_page("/sandbox")
    allow(page)
    token = make(page, room, "eve")
    for summary in page.locator("main details > summary").all():
        summary.click()
    copied = check_all(page, "main")
    assert copied[0] == token
    assert copied[1].startswith("ws://")
    assert copied[2].endswith(f"&token={token}")
    assert [text.split()[0] for text in copied[3:]] == ["lk", "from", "import"]
    page.emulate_media(color_scheme="dark")
    assert scanned(page.locator(".qr-code svg")) == copied[2]
    assert token not in page.url
    assert problems_everywhere(page) == {}


def test_reads_a_token(open_page: OpenPage, stage: Stage) -> None:
    page = open_page("/sandbox")
    token = make(page, stage.room, "ada")
    page.get_by_role("button", name="Check token").click()
    expect(page.get_by_role("status").first).to_contain_text("The token is valid.")
    expect(page.get_by_role("row", name="Identity")).to_contain_text("will be disconnected")
    assert page.url.endswith("/sandbox/decode")
    assert problems_everywhere(page) == {}
    page.get_by_role("textbox", name="Token").fill(f"{token}x")
    page.get_by_role("button", name="Decode token").click()
    expect(page.get_by_role("status").first).to_contain_text("The token is invalid.")


def test_works_without_javascript(open_page: OpenPage, make_room: Callable[..., str]) -> None:
    room = make_room()
    page = open_page(f"/sandbox?room={room}&identity=eve", java_script_enabled=False)
    page.get_by_role("link", name="Viewer").click()
    assert page.locator("#f-identity").input_value() == "eve"
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_role("heading", name="Token for eve")).to_be_visible()
    token = page.get_by_role("textbox", name="Token").input_value()
    page.get_by_role("link", name="Decode", exact=True).click()
    page.get_by_role("textbox", name="Token").fill(f"Bearer {token}")
    page.get_by_role("button", name="Decode token").click()
    expect(page.get_by_role("status").first).to_contain_text("The token is valid.")
    expect(page.get_by_role("row", name="Identity")).to_contain_text("Not in use in the room.")
