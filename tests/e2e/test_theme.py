"""The theme: as the system until chosen, remembered, and there before the first paint."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

# Notes the theme at the moment the body is created: nothing can be painted before that.
NOTE_AT_BODY = """
new MutationObserver((_, observer) => {
  if (!document.body) return;
  window.themeAtBody = document.documentElement.dataset.bsTheme ?? "none";
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


def theme(page: Page) -> str:
    """Return the theme that the page is drawn in."""
    return str(page.evaluate("document.documentElement.dataset.bsTheme"))


def background(page: Page) -> str:
    """Return the colour behind the page."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_follows_the_system(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="dark")
    assert theme(page) == "dark"
    dark = background(page)
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    assert background(page) != dark


def test_the_button_cycles_and_is_remembered(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="light")
    seen = []
    for _ in range(3):
        page.get_by_role("button", name="Theme:").click()
        now = theme(page)
        label = page.locator("[data-theme-label]").inner_text()
        page.reload()
        assert (theme(page), page.locator("[data-theme-label]").inner_text()) == (now, label)
        seen.append((label, now))
    assert seen == [("light", "light"), ("dark", "dark"), ("auto", "light")]


def test_a_chosen_theme_does_not_follow_the_system(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="dark")
    page.get_by_role("button", name="Theme: auto").click()
    assert theme(page) == "light"
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    assert theme(page) == "light"


def test_another_tab_follows_the_choice(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="light")
    other = page.context.new_page()
    other.goto("/rooms")
    page.get_by_role("button", name="Theme: auto").click()
    page.get_by_role("button", name="Theme: light").click()
    expect(other.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_stands_before_the_first_paint(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="light")
    page.context.add_init_script(NOTE_AT_BODY)
    page.get_by_role("button", name="Theme: auto").click()
    page.get_by_role("button", name="Theme: light").click()
    for path in ("/", "/rooms", "/logout"):
        page.goto(path)
        assert page.evaluate("window.themeAtBody") == "dark", path


def test_the_system_theme_needs_no_script(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="dark", java_script_enabled=False)
    dark = page.screenshot()
    page.emulate_media(color_scheme="light")
    assert page.screenshot() != dark
