"""What an act changes, field by field: the values before and after, as the audit keeps them.

They are kept without secrets, and long ones are cut around the first character that differs.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from app.services.livekit.differences import Difference, Texts, is_secret
from app.services.livekit.redaction import HIDDEN, TELLING, text

MOST_CHANGES = 100
MOST_TEXTS = 100  # of a list
LONGEST = 1_000  # characters of a text
CONTEXT = 100  # characters that are kept before the first one that differs

JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
# A name and its value in a text that isn't JSON; of JSON, the keys decide.
NAMED = re.compile(
    r"((?:password|passwd|passphrase|secret|token|api[_-]?key|stream[_-]?key|\bpin)"
    r"[\"']?\s{0,4}[=:]\s{0,4}[\"']?)([^\s\"',;&}]+)",
    re.I,
)


def between(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], of: str = ""
) -> tuple[Difference, ...]:
    """Return the fields of `after` that differ from `before`; with None, what was isn't known.

    A value is a text, a number, a switch, a list, a mapping or a dataclass. Of a mapping, each
    entry is compared. `of` names what has the fields, if an act changes several things.
    """
    return tuple(replace(each, of=of) for each in _between(before, after, ()))


def secret_changed(name: str, *, was_set: bool = True) -> tuple[Difference, ...]:
    """Return that a secret was replaced by another one, or set."""
    return (Difference((name,), "", (HIDDEN,) if was_set else (), (HIDDEN,), secret=True),)


def kept(differences: Iterable[Difference]) -> dict[str, Any]:
    """Return the facts of an audit entry: `changes`, and how many of them it lacks, if any."""
    every = list(differences)
    facts: dict[str, Any] = {"changes": [_kept(each) for each in every[:MOST_CHANGES]]}
    if len(every) > MOST_CHANGES:
        facts["changes_omitted"] = len(every) - MOST_CHANGES
    return facts


def for_log(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts for the log, which names the changed fields without their values."""
    if "changes" not in facts:
        return dict(facts)
    others = {name: value for name, value in facts.items() if name != "changes"}
    return others | {"changed": list(dict.fromkeys(each["field"] for each in facts["changes"]))}


def shown(facts: Mapping[str, Any]) -> list[Difference] | None:
    """Return the changes of an entry as they are shown; None if it has none recorded."""
    changes = facts.get("changes")
    return [_shown(each) for each in changes] if isinstance(changes, list) else None


def _between(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], above: Texts
) -> Iterator[Difference]:
    for name, new in after.items():
        path, old = (*above, name), None if before is None else before.get(name)
        known = before is not None
        if is_dataclass(new):
            yield from _between(_fields(old) if known else None, _fields(new), path)
        elif isinstance(new, Mapping):
            yield from _entries(path, (old or {}) if known else None, new)
        elif not known or old != new:
            difference = Difference(path, "", _texts(old), _texts(new), is_secret(name), known)
            if difference.old != difference.new or not known:
                yield difference


def _entries(
    path: Texts, old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> Iterator[Difference]:
    """Compare two mappings; an entry that `new` lacks was removed."""
    for key in sorted({*(old or {}), *new}):
        before = None if old is None else old.get(key)
        if old is None or before != new.get(key):
            secret = is_secret(path[-1], key) or TELLING.search(key) is not None
            texts = _texts(before), _texts(new.get(key))
            yield Difference(path, key, *texts, secret, old is not None)


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value)} if value else {}


def _texts(value: Any) -> Texts:
    match value:
        case None | "":
            return ()
        case bool():
            return ("on" if value else "off",)
        case list() | tuple():
            return tuple(_text(each) for each in value)
        case set() | frozenset():
            return tuple(sorted(str(each) for each in value))
        case _:
            return (str(value),)


def _text(value: Any) -> str:
    """Return an entry of a list; a dataclass in one line: `quality high, width 640`."""
    if not is_dataclass(value):
        return str(value)
    return ", ".join(f"{name} {each}" for name, each in _fields(value).items())


def _kept(change: Difference) -> dict[str, Any]:
    about = {"of": change.of, "field": ".".join(change.path), "key": change.key}
    row: dict[str, Any] = {name: value for name, value in about.items() if value}
    long = max(len(change.old), len(change.new)) > MOST_TEXTS
    old, new = (change.removed, change.added) if long else (change.old, change.new)
    before, after = _masked(old), _masked(new)
    if change.secret or (before == after and old != new):
        return row | {"secret": change.verb}
    before, after = _cut(_first(before), _first(after))
    if change.known:
        row["before"] = _plain(before)
    row["after"] = _plain(after)
    return row | ({"unchanged": change.kept} if long and change.kept else {})


def _masked(texts: Texts) -> Texts:
    return tuple(without_secrets(each) for each in texts)


def _first(texts: Texts) -> Texts:
    if len(texts) <= MOST_TEXTS:
        return texts
    return (*texts[:MOST_TEXTS], f"… and {len(texts) - MOST_TEXTS:,} more")


def _cut(old: Texts, new: Texts) -> tuple[Texts, Texts]:
    start = 0
    if len(old) == len(new) == 1 and max(len(old[0]), len(new[0])) > LONGEST:
        start = max(0, _alike(old[0], new[0]) - CONTEXT)
    return tuple(_short(each, start) for each in old), tuple(_short(each, start) for each in new)


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their start."""
    lengths = range(1, min(len(one), len(other)) + 1)
    return bisect_left(lengths, True, key=lambda length: one[:length] != other[:length])


def _short(value: str, start: int) -> str:
    if len(value) <= LONGEST:
        return value
    begin = "… " if start else ""
    return f"{begin}{value[start : start + LONGEST]} … ({len(value):,} characters in all)"


def _plain(texts: Texts) -> str | list[str] | None:
    """Return one text as it is, several as a list, none as null."""
    return (texts[0] if len(texts) == 1 else list(texts)) if texts else None


def without_secrets(value: str) -> str:
    """Return a text without what looks like a secret: in addresses, in JSON, and tokens."""
    value = value.encode("utf-8", "replace").decode()
    if value.lstrip().startswith(("{", "[")):
        try:
            read = json.loads(value)
            masked = _covered(read)
            if masked != read:
                value = json.dumps(masked, ensure_ascii=False)
        except (ValueError, RecursionError):
            value = NAMED.sub(rf"\1{HIDDEN}", value)
    else:
        value = NAMED.sub(rf"\1{HIDDEN}", value)
    return JWT.sub(HIDDEN, text(value))


def _covered(value: Any) -> Any:
    match value:
        case dict():
            return {
                key: HIDDEN if each not in (None, "") and _tells(key) else _covered(each)
                for key, each in value.items()
            }
        case list():
            return [_covered(each) for each in value]
        case _:
            return value


def _tells(key: str) -> bool:
    return is_secret(key) or TELLING.search(key) is not None


def _shown(row: Mapping[str, Any]) -> Difference:
    verb = row.get("secret")
    old, new = _listed(row.get("before")), _listed(row.get("after"))
    if verb:
        old, new = (HIDDEN,) * (verb != "set"), (HIDDEN,) * (verb != "removed")
    return Difference(
        tuple(row["field"].split(".")),
        row.get("key", ""),
        old,
        new,
        bool(verb),
        known="before" in row or bool(verb),
        of=row.get("of", ""),
        more=row.get("unchanged", 0),
    )


def _listed(value: str | list[str] | None) -> Texts:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
