"""The differences between two messages of one type, for a preview before one replaces the other.

Secrets are shown as set, changed or removed only, also those in addresses.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from app.services.livekit import redaction

Texts = tuple[str, ...]
# Older fields that LiveKit keeps in sync with those that replaced them (livekit/sip.go).
OLDER: dict[Texts, Texts] = {("media_encryption",): ("media", "encryption")}
Field = Any  # protobuf has a FieldDescriptor, and an EnumDescriptor, for each of its backends


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs, by LiveKit's names; `key` is set for an entry of a map.

    `old` and `new` are texts to show: several for a list, none if the field is not set. `known` is
    False if what was before isn't known. `of` names what has the field, if several things change,
    and `more` is how many unchanged entries of a long list are in neither.
    """

    path: Texts
    key: str
    old: Texts
    new: Texts
    secret: bool = False
    known: bool = True
    of: str = ""
    more: int = 0

    @property
    def label(self) -> str:
        """The field's label: `Media: encryption`, `Headers: X-Customer`."""
        words = ": ".join(name.replace("_", " ") for name in self.path)
        label = words[:1].upper() + words[1:] + (f": {self.key}" if self.key else "")
        return f"{self.of}: {label}" if self.of else label

    @property
    def removed(self) -> Texts:
        """The texts that are only in `old`; all of them if only the order differs."""
        return tuple(text for text in self.old if text not in self.new) or self._turned(self.old)

    @property
    def added(self) -> Texts:
        """The texts that are only in `new`; all of them if only the order differs."""
        return tuple(text for text in self.new if text not in self.old) or self._turned(self.new)

    @property
    def kept(self) -> int:
        """How many entries of a list stay unchanged."""
        return len(self.new) - len(self.added) + self.more

    def _turned(self, texts: Texts) -> Texts:
        return texts if set(self.old) == set(self.new) else ()

    @property
    def verb(self) -> str:
        """What happens to the field: `set`, `removed` or `changed`."""
        return "changed" if self.old and self.new else "set" if self.new else "removed"


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a replacement would change, and both complete messages, for the confirmation."""

    differences: tuple[Difference, ...]
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The fields that change, without their values: for the audit."""
        return list(dict.fromkeys(".".join(each.path) for each in self.differences))


def replacement(old: Message, new: Message) -> Replacement:
    """Return what replacing `old` by `new` would do."""
    return Replacement(differences(old, new), whole(old), whole(new))


def whole(message: Message) -> bytes:
    """Return a message as bytes; equal messages give equal bytes, whatever the order of maps."""
    return message.SerializeToString(deterministic=True)


def differences(old: Message, new: Message) -> tuple[Difference, ...]:
    """Return each field in which two messages of one type differ, in the order of their .proto.

    Fields that this build doesn't know are ignored.
    """
    differing = tuple(_between(old, new, ()))
    paths = {each.path for each in differing}
    return tuple(each for each in differing if OLDER.get(each.path) not in paths)


def is_secret(name: str, key: str = "") -> bool:
    """Return True if a field, or the entry `key` of a map of headers, contains a secret."""
    telling = name == "headers" and redaction.TELLING.search(key) is not None
    return telling or name in redaction.SECRETS


def _between(old: Message, new: Message, above: Texts) -> Iterator[Difference]:
    for known in new.DESCRIPTOR.fields:
        path = (*above, known.name)
        if _is_map(known):
            yield from _entries(path, getattr(old, known.name), getattr(new, known.name))
        elif known.is_repeated or not _is_nested(known):
            if _state(old, known) != _state(new, known):
                secret = is_secret(known.name)
                yield Difference(path, "", _texts(old, known), _texts(new, known), secret)
        else:
            yield from _nested(path, old, new, known)


def _nested(path: Texts, old: Message, new: Message, known: Field) -> Iterator[Difference]:
    inner = tuple(_between(getattr(old, known.name), getattr(new, known.name), path))
    yield from inner
    before, after = _there(old, known), _there(new, known)
    if not inner and before != after:
        yield Difference(path, "", before, after)


def _there(message: Message, known: Field) -> Texts:
    return ("set",) if message.HasField(known.name) else ()


def _entries(path: Texts, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Difference]:
    for key in sorted({*old, *new}):
        if key not in old or key not in new or old[key] != new[key]:
            before = (_plain(old[key]),) if key in old else ()
            after = (_plain(new[key]),) if key in new else ()
            if is_secret(path[-1], str(key)):
                yield Difference(path, str(key), _covered(before), _covered(after), secret=True)
            else:
                yield Difference(path, str(key), before, after)


def _state(message: Message, known: Field) -> Any:
    """Return a comparable value: a list, or the value and whether it is set."""
    value = getattr(message, known.name)
    if known.is_repeated:
        return list(value)
    return value, message.HasField(known.name) if known.has_presence else None


def _texts(message: Message, known: Field) -> Texts:
    if known.has_presence and not message.HasField(known.name):
        return ()
    value = getattr(message, known.name)
    values = list(value) if known.is_repeated else [value]
    if known.enum_type is not None:
        return tuple(_named(known.enum_type, each) for each in values)
    if not (known.is_repeated or known.has_presence or isinstance(value, bool) or value):
        return ()
    texts = tuple(_plain(each) for each in values)
    return _covered(texts) if is_secret(known.name) else texts


def _covered(texts: Texts) -> Texts:
    return tuple(redaction.HIDDEN for _ in texts)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case Duration():
            return f"{value.ToJsonString().removesuffix('s')} s"
        case Timestamp():
            return value.ToJsonString()
        case Message():
            return _line(redaction.plain(value))
        case _:
            return redaction.text(str(value))


def _line(fields: dict[str, Any]) -> str:
    """Return a message of a list in one line: `name PCMU, rate 8000`."""
    if any(isinstance(value, dict | list) for value in fields.values()):
        return json.dumps(fields, ensure_ascii=False)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in fields.items())


def _named(kind: Field, number: int) -> str:
    """Return an enum's value without the prefix that all names share: `tcp`, `require`."""
    known = kind.values_by_number.get(number)
    if known is None:
        return str(number)
    words = known.name.split("_")
    others = [value.name.split("_") for value in kind.values]
    while len(words) > 1 and all(other[:1] == words[:1] for other in others):
        words, others = words[1:], [other[1:] for other in others]
    return " ".join(words).lower()


def _is_map(known: Field) -> bool:
    message = known.message_type
    return message is not None and bool(message.GetOptions().map_entry)


def _is_nested(known: Field) -> bool:
    times = (Duration.DESCRIPTOR, Timestamp.DESCRIPTOR)
    return known.message_type is not None and known.message_type not in times
