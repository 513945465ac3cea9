"""Terms: each is explained in a sentence or two, and every `?` button opens its explanation."""

import re

import pytest

from app.labels.terms import GUIDES, LIVEKIT_DOCS, TERMS, Term
from tests.contracts.conftest import Answered
from tests.contracts.tree import label, templates

ASKED = re.compile(r"""ui\.help\("([^"]+)"|\bterm="([^"]+)\"""")


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_a_term_is_explained(term: Term) -> None:
    assert re.fullmatch(r"\S.{20,239}[.]", term.meaning)
    assert not term.title.endswith(".")
    assert term.more == "" or term.more.startswith(f"{LIVEKIT_DOCS}/")


def test_no_two_terms_or_guides_have_one_name() -> None:
    assert len({term.title for term in TERMS.values()}) == len(TERMS)
    assert len({name for name, _ in GUIDES}) == len({href for _, href in GUIDES}) == len(GUIDES)


def test_templates_ask_for_terms_that_there_are() -> None:
    asked = {
        (label(path), term)
        for path in templates()
        for found in ASKED.findall(path.read_text(encoding="utf-8"))
        for term in filter(None, found)
    }
    assert len(asked) > 25
    assert [each for each in sorted(asked) if each[1] not in TERMS] == []


def test_every_button_has_a_name_and_what_it_opens(walked: list[Answered]) -> None:
    pages = [a.seen for a in walked if "popovertarget=" in a.seen.html]
    buttons = 0
    for page in pages:
        popovers = {given["id"] for _, given in page.tags if "popover" in given}
        for button in page.all("button"):
            if "popovertarget" in button:
                assert button["popovertarget"] in popovers
            if button.get("class") == "help-mark":
                assert button["aria-label"].startswith("Help: ")
                assert button["type"] == "button"
                buttons += 1
    assert buttons > 30
