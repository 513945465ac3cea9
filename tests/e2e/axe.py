"""What axe-core finds on a page, in both themes and at both widths."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.conftest import NARROW, WIDE

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
RUN = """async (rules) => {
  // a new width or theme is laid out only in the next frame
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const found = await axe.run({
    runOnly: rules,
    resultTypes: ["violations"],
    preload: { assets: ["media"] },  // only a rule that is not among these reads style sheets
  });
  return { passes: found.passes.length, violations: found.violations };
}"""


def problems(page: Page, rules: list[str] = TAGS) -> list[str]:
    """Return what axe finds on the page as it stands, one line a part of the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    found: dict[str, Any] = page.evaluate(RUN, rules)
    assert found["passes"], "axe looked at nothing"
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def problems_everywhere(page: Page) -> dict[str, list[str]]:
    """Return what axe finds, light and dark, wide and narrow; nothing where all is well.

    Between the themes only colours differ, so the second one is asked for contrast alone.
    """
    found = {}
    for width in (WIDE, NARROW):
        page.set_viewport_size(width)
        for scheme, rules in (("light", TAGS), ("dark", CONTRAST)):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found[f"{scheme}, {width['width']} wide"] = problems(page, rules)
    return {where: what for where, what in found.items() if what}
