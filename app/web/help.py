"""Explanations of terms: a block gets the popover of each `?` button in it, once."""

import re
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

# As `ui.help` writes it. In a text, the quotes would be escaped, so nothing else matches.
MARK = 'popovertarget="'
OPENED = re.compile(r'((?:form-)?help-([a-z0-9-]+))"')


def with_explanations(environment: Environment, block: Markup) -> Markup:
    """Return a block with the explanations that its buttons open, at its end."""
    _, *after = block.split(MARK)  # far faster than a search for the whole pattern
    asked = {found[1]: found[2] for text in after if (found := OPENED.match(text))}
    if not asked:
        return block
    ui: Any = environment.globals["ui"]
    return block + Markup().join(ui.explanation(term, id_) for id_, term in asked.items())
