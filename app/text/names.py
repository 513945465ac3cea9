"""Long names in lists are cut in their middle, because many differ only at their end."""

from unicodedata import bidirectional, combining

from markupsafe import Markup, escape

from app.text.formatters import visible

LONG = 12  # characters; a shorter name is cut at its end
END = 8
STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def ending(name: str, titled: bool = False) -> Markup:
    """Return the attributes of an element with a long name: its end, and its direction.

    css/lists.css shows the end instead of what doesn't fit. Returns nothing for a short name. One
    that is `titled` has the name as its title as well.
    """
    if len(name) <= LONG:
        return Markup()
    start = len(name) - END
    while start > END and combining(name[start]):
        start -= 1  # a letter keeps its marks
    directions = (STRONG.get(bidirectional(letter)) for letter in name)
    rtl = next(filter(None, directions), "ltr") == "rtl"
    end = escape(visible(name[start:]))
    direction = ' dir="rtl"' if rtl else ""
    title = f' title="{escape(visible(name))}"' if titled else ""
    return Markup(f'{title} data-end="{end}"{direction}')  # noqa: S704
