"""`?` beside a term: by keyboard, by touch, without scripts, and in a dialog."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.labels.terms import TERMS
from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage

EMPTY = TERMS["empty-timeout"].meaning
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def mark(page: Page, term: str = "empty timeout") -> Locator:
    """Return the button that explains a term."""
    return page.get_by_role("button", name=f"Help: {term}", exact=True)


def in_window(page: Page, box: Locator) -> None:
    """Check that an open explanation is completely within the window."""
    expect(box).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_by_keyboard(page: Page, room: str) -> None:
    page.goto(room_path(room))
    text = page.get_by_text(EMPTY)
    expect(text).to_be_hidden()
    mark(page).focus()
    page.keyboard.press("Enter")
    in_window(page, text)
    page.keyboard.press("Tab")
    expect(page.locator(".help-text:popover-open a")).to_be_focused()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    expect(mark(page)).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_by_touch(open_page: OpenPage, room: str, scripts: bool) -> None:
    page = open_page(room_path(room), java_script_enabled=scripts, **PHONE)
    mark(page).tap()
    expect(page.get_by_text(EMPTY)).to_be_in_viewport(ratio=1)
    mark(page, "participant").tap()  # above it, so not covered
    expect(page.get_by_text(TERMS["participant"].meaning)).to_be_in_viewport(ratio=1)
    expect(page.get_by_text(EMPTY)).to_be_hidden()
    page.locator("main h1").tap()
    expect(page.locator(".help-text:popover-open")).to_have_count(0)


def test_every_one_of_a_page_fits_into_the_window(open_page: OpenPage, room: str) -> None:
    for width in (1440, 390, 320):
        page = open_page(room_path(room), viewport={"width": width, "height": 700})
        for button in page.locator(".help-mark").all():
            button.click()
            box = page.locator(".help-text:popover-open")
            in_window(page, box)
            button_box, text_box = button.bounding_box(), box.bounding_box()
            assert button_box
            assert text_box
            gap = text_box["y"] - button_box["y"] - button_box["height"]
            assert abs(gap) < 24 or text_box["y"] + text_box["height"] < button_box["y"] + 12
            page.keyboard.press("Escape")  # it may cover the next button


def test_it_stays_open_while_the_page_refreshes(open_page: OpenPage, quick: Any, room: str) -> None:
    page = open_page(room_path(room), at=quick.url)
    mark(page).click()
    for _ in range(2):
        with page.expect_response(lambda answer: "partial=1" in answer.url):
            pass
    expect(page.get_by_text(EMPTY)).to_be_visible()


def test_the_buttons_move_nothing(page: Page, room: str) -> None:
    for path in (room_path(room), "/rooms/-/new", "/sandbox"):
        page.goto(path)
        for summary in page.locator("main details:not(.menu) > summary").all():
            summary.click()
        tall = "() => document.querySelector('main').getBoundingClientRect().height"
        before = page.evaluate(tall)
        removed = page.evaluate(
            "() => [...document.querySelectorAll('.help-mark')].map((e) => e.remove()).length"
        )
        assert removed > 1, path
        assert page.evaluate(tall) == pytest.approx(before, abs=1), path


def test_in_a_dialog_over_a_page_with_the_same_term(page: Page, room: str) -> None:
    page.goto("/rooms")
    page.get_by_role("link", name="New room").first.click()
    page.locator("#dialog").get_by_role("textbox", name="Name").fill("typed")
    mark(page).click()
    text = page.locator("#dialog").get_by_text(EMPTY)
    expect(text).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("typed")
    expect(page.locator("#toasts .toast")).to_have_count(0)  # nothing about unsaved changes


def test_axe_finds_nothing_in_an_open_one(page: Page, room: str) -> None:
    page.goto(room_path(room))
    mark(page).click()
    assert problems_everywhere(page) == {}
    page.goto("/keys")
    assert problems_everywhere(page) == {}


def test_a_term_of_a_form_keeps_its_field_named(page: Page) -> None:
    page.goto("/rooms/-/new")
    expect(page.get_by_label("Empty timeout", exact=True)).to_be_visible()
    page.goto("/sandbox")
    page.locator("#grants > summary").click()
    expect(page.get_by_label("Stay hidden from other participants")).to_be_visible()
