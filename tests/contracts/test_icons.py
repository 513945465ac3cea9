"""Icons: what a page asks for is in icons.txt, and nothing is there that no page asks for."""

from collections.abc import Iterator

from jinja2 import Environment, nodes

from app.navigation.sidebar import NAV
from tests.contracts.tree import STATIC, templates


def texts(node: nodes.Expr) -> Iterator[str]:
    """Return the texts that an expression can come to: literals, and each branch of a choice."""
    match node:
        case nodes.Const():
            if isinstance(node.value, str) and node.value:
                yield node.value
        case nodes.Dict():
            for pair in node.items:
                yield from texts(pair.value)
        case nodes.CondExpr():
            yield from texts(node.expr1)
            if node.expr2 is not None:
                yield from texts(node.expr2)
        case nodes.Getitem():
            yield from texts(node.node)


def asked(call: nodes.Call, position: int, name: str) -> Iterator[str]:
    """Return the icons that one call names, by position or by keyword."""
    if len(call.args) > position:
        yield from texts(call.args[position])
    for keyword in call.kwargs:
        if keyword.key == name:
            yield from texts(keyword.value)


def drawn(tree: nodes.Node) -> Iterator[nodes.Expr]:
    """Return what stands before each filter `icon`."""
    for applied in tree.find_all(nodes.Filter):
        if applied.name == "icon" and applied.node is not None:
            yield applied.node


def called(call: nodes.Call) -> str:
    """Return the name of the macro that is called, without its module."""
    return str(getattr(call.node, "attr", None) or getattr(call.node, "name", ""))


def passed_on(
    macro: nodes.Macro, places: dict[str, tuple[int, str]]
) -> Iterator[tuple[str, tuple[int, str]]]:
    """Return the place of an argument that a macro passes on to one that draws it."""
    names = [argument.name for argument in macro.args]
    for call in macro.find_all(nodes.Call):
        position, _ = places.get(called(call), (len(call.args), ""))
        passed = call.args[position] if position < len(call.args) else None
        if isinstance(passed, nodes.Name) and passed.name in names:
            yield macro.name, (names.index(passed.name), passed.name)


def used() -> set[str]:
    """Return the name of every icon that a template or the navigation asks for."""
    parse = Environment(autoescape=True).parse
    trees = [parse(path.read_text(encoding="utf-8")) for path in templates()]
    places: dict[str, tuple[int, str]] = {}
    found: set[str] = set()
    for tree in trees:
        for name in drawn(tree):
            found |= set(texts(name))
        for macro in tree.find_all(nodes.Macro):
            names = [argument.name for argument in macro.args]
            for name in drawn(macro):
                if isinstance(name, nodes.Name) and name.name in names:
                    places[macro.name] = (names.index(name.name), name.name)
            optional = macro.args[len(macro.args) - len(macro.defaults) :]
            for argument, default in zip(optional, macro.defaults, strict=True):
                if argument.name == places.get(macro.name, (0, ""))[1]:
                    found |= set(texts(default))
    for tree in trees:
        for macro in tree.find_all(nodes.Macro):
            places |= dict(passed_on(macro, places))
    for tree in trees:
        for call in tree.find_all(nodes.Call):
            if (target := called(call)) in places:
                found |= set(asked(call, *places[target]))
    return found | {item.icon for _, items in NAV for item in items}


def listed() -> set[str]:
    """Return the names in icons.txt."""
    lines = (STATIC / "icons.txt").read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def test_the_icons_in_use_are_found() -> None:
    ways = {"x-circle", "exclamation-triangle", "chevron-expand", "mic-mute", "three-dots", "trash"}
    assert ways <= used()  # a literal, a choice by a dict and by an if, a default, an argument


def test_every_icon_in_use_is_listed() -> None:
    assert used() - listed() == set()


def test_every_listed_icon_is_in_use() -> None:
    assert listed() - used() == set()


def test_the_sprite_holds_what_is_listed() -> None:
    sprite = (STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")
    assert {name for name in listed() if f'<symbol id="{name}"' not in sprite} == set()
    assert sprite.count("<symbol ") == len(listed())
