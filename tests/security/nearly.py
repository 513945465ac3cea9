"""Forms near one that goes through: what a page's own form would be if somebody bent it."""

import json
import random
from collections.abc import Callable
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from app.web.failures import is_secret
from tests.contracts.surface import Place
from tests.routes.filled import filled
from tests.support.hostile import JSONS, LARGE, TEXTS
from tests.support.visitor import Seen

Pairs = list[tuple[str, str]]
Send = Callable[[Place, Pairs], Seen]

# What is tried in a field that the page says is wrong, after what the page itself offers.
PLAUSIBLE = ["1", "+15550122", "x: y", "{}", "https://127.0.0.1/x", "rtmp://127.0.0.1/live/x"]
# What is put in place of one value of a field that holds JSON.
OTHERS: list[Any] = [
    *[None, True, 0, -1, 2**70, 1.5, "", "x", "\ud800", "\0", [], {}, [None], {"a": None}, [[]]],
    *["x" * 300, "••••••", {"\ud800": 1}],
]
COVERED = "-of-a-secret-field"  # so that no log may hold what is typed there, whatever it is


def learnt(send: Send, place: Place, page: Seen | None, file: str) -> Pairs:
    """Return the form as the page has it, with what it asks for put in until it goes through.

    `file` is what a form may want that takes a whole file.
    """
    shown = filled(page) if page and page.all("form", **{"data-form": ""}) else {}
    base = [(n, text) for n, value in shown.items() for text in listed(value) if n != "csrf"]
    choose = offered(page)
    tried = [*PLAUSIBLE, file]
    for attempt in range(len(tried)):
        seen = send(place, base)
        wrong = sorted({tags["name"] for _, tags in seen.tags if "aria-invalid" in tags})
        if seen.status != 422 or not wrong:
            break
        base = [(n, text) for n, text in base if n not in wrong]
        base += [(n, [*choose.get(n, []), *tried][attempt]) for n in wrong]
    return base


def offered(page: Seen | None) -> dict[str, list[str]]:
    """Return the values that the page itself offers for its fields, by their names."""
    found: dict[str, list[str]] = {}
    select = ""
    for tag, attributes in page.tags if page else []:
        if tag == "select":
            select = attributes.get("name", "")
        elif tag == "option" and attributes.get("value"):
            found.setdefault(select, []).append(attributes["value"])
        elif tag == "input" and attributes.get("type") in {"radio", "checkbox"}:
            found.setdefault(attributes.get("name", ""), []).append(attributes.get("value", "on"))
    return found


def choices(annotation: Any) -> list[str]:
    """Return the values that an annotation names, as a form would send them."""
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [value for inner in get_args(annotation) for value in choices(inner)]


def bent(base: Pairs) -> st.SearchStrategy[Pairs]:
    """Return one of the fields that hold JSON, with one value anywhere in it replaced."""
    objects = [(name, text) for name, text in base if text[:1] in {"{", "["} and text[2:]]

    def bend(pair: tuple[str, str], by: random.Random, other: Any) -> Pairs:
        inner = whole = json.loads(pair[1])
        while isinstance(inner, dict | list) and inner:
            key = by.choice([*inner] if isinstance(inner, dict) else range(len(inner)))
            if not isinstance(inner[key], dict | list) or not inner[key] or by.random() < 0.3:
                inner[key] = other
                break
            inner = inner[key]
        return [(pair[0], json.dumps(whole))]

    if not objects:
        return st.just([])
    chance = st.randoms(use_true_random=False)
    return st.builds(bend, st.sampled_from(objects), chance, st.sampled_from(OTHERS))


def forms(place: Place, page: Seen | None, base: Pairs) -> st.SearchStrategy[Pairs]:
    """Return forms near `base`: fields wrong, missing, repeated or unknown, and JSON bent."""
    fields = {n: f for model in place.models for n, f in model.model_fields.items()}
    likely = {name: choices(field.annotation) for name, field in fields.items()}
    for name, more in offered(page).items():
        likely.setdefault(name, []).extend(more)
    known = [(n, value) for n, more in likely.items() for value in [*more, "1", "+15550111"]]
    unknown = sorted(place.queries - fields.keys() - {"csrf"})
    names = st.sampled_from([*fields] * 9 + [*unknown[:9], "", "\ud800"])
    values = st.one_of(*map(st.sampled_from, (TEXTS, TEXTS, JSONS, LARGE)), st.text(max_size=30))
    near = st.lists(st.sampled_from(known), max_size=3) if known else st.just([])
    far = st.lists(st.tuples(names, values), max_size=2)
    missing = st.sets(st.sampled_from([*fields, ""]), max_size=1)

    def whole(near: Pairs, far: Pairs, missing: set[str], repeats: bool) -> Pairs:
        own = set() if repeats else {name for name, _ in [*near, *far]}
        kept = [(n, text) for n, text in base if n not in own | missing]
        return [(n, f"{v}{COVERED}" if is_secret(n, "") else v) for n, v in [*far, *near, *kept]]

    return st.builds(whole, st.one_of(near, near, bent(base)), far, missing, st.booleans())


def listed(value: Any) -> list[str]:
    """Return a form's value as a list."""
    return value if isinstance(value, list) else [value]
