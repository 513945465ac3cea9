"""Explanations of terms: a block gets the popover of each `?` button in it, once."""

import re
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

# As `ui.help` writes it. In a text, the quotes would be escaped, so nothing else matches.
MARK = re.compile(r'popovertarget="((?:form-)?help-([a-z0-9-]+))"')


def with_explanations(environment: Environment, block: Markup) -> Markup:
    """Return a block with the explanations that its buttons open, at its end."""
    asked = dict(MARK.findall(block))
    if not asked:
        return block
    ui: Any = environment.globals["ui"]
    return block + Markup().join(ui.explanation(term, id_) for id_, term in asked.items())
