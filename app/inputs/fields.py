"""Kinds of fields that several forms share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    TypeAdapter,
    ValidationError,
)
from pydantic.fields import FieldInfo

from app.services.livekit.from_json import HALF, holds_half
from app.text.json_text import not_json, strict

UINT32 = 2**32 - 1
# Bytes of a room's name and of an identity (livekit-server, config.go, limit). Some calls say of a
# longer one only after 3 s, that nobody answers.
LONGEST = 256
# Only text and ticks: what is read this way was sent by a browser.
SHOWN = TypeAdapter(dict[str, StrictStr | StrictBool])


class Input(BaseModel):
    """The base of all form models: frozen, and text is taken exactly as it was typed."""

    # A validator is built for the first form that is sent: all of them take 1.5 MB.
    model_config = ConfigDict(frozen=True, defer_build=True)

    def problems(self) -> Iterable[tuple[str, str]]:
        """Return each field that is valid alone but not with the others, and why."""
        return ()


class Many(Input):
    """Do it to those ticked in a list, or to all that match its filter.

    `seen` is the digest of what was confirmed, and `typed` the number of items that a person typed;
    a subclass adds what is ticked, and the filter.
    """

    scope: Literal["selected", "matching"] = "selected"
    q: str = ""
    seen: str = ""
    typed: str = ""


class Upload:
    """Marks a text that a file can be sent in the place of."""


def takes_file(field: FieldInfo) -> bool:
    """Return whether a file can be sent in the place of this field's text."""
    return any(isinstance(mark, Upload) for mark in field.metadata)


def unreadable(names: Iterable[str], value: Callable[[str], object]) -> Iterator[tuple[str, str]]:
    """Return each of the fields `names` whose value cannot be read from what was typed, and why."""
    for name in names:
        try:
            value(name)
        except ValueError as error:
            yield name, str(error)


def as_typed(text: str, *, lines: bool) -> str:
    """Return a text as a browser gives it back from a field of one line, or of several.

    Browsers take line breaks out of one line, write them as one character, and know no NUL.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text if lines else text.replace("\n", "")


def as_shown(text: str) -> Mapping[str, str | bool]:
    """Read the fields that a form showed out of its hidden JSON field. Raises ValueError."""
    try:
        return SHOWN.validate_json(text)
    except ValidationError:
        raise ValueError("The form is out of date. Reload it and try again.") from None


def changed(
    form: BaseModel, shown: Mapping[str, str | bool], names: Iterable[str]
) -> tuple[str, ...]:
    """Return which of the fields `names` differ from what the form showed.

    A field that was not shown counts as if it had its default.
    """
    defaults = {
        name: info.get_default(call_default_factory=True)
        for name, info in type(form).model_fields.items()
    }
    before = defaults | {**shown}
    return tuple(name for name in names if getattr(form, name) != before[name])


def texts_by_name(text: str) -> dict[str, str]:
    """Return the texts of a JSON object by their names. Raises ValueError for anything else."""
    try:
        attributes = strict(text if text.strip() else "{}")
        whole = not holds_half(attributes)
    except (ValueError, RecursionError) as error:
        raise ValueError(not_json(error)) from error
    if not isinstance(attributes, dict):
        raise ValueError('Enter a JSON object, such as {"color": "blue"}.')
    if not whole:
        raise ValueError(HALF)
    for key, value in attributes.items():
        if not isinstance(value, str):
            raise ValueError(f"The value of {key} must be text in quotes: LiveKit knows no other.")
    return attributes


def _are_texts(text: str) -> str:
    texts_by_name(text)
    return text


def _short(text: str) -> str:
    if len(text.encode()) > LONGEST:
        raise ValueError(f"LiveKit takes {LONGEST} bytes at most.")
    return text


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("This field is required.")
    return text


Attributes = Annotated[str, AfterValidator(_are_texts)]
# Any text, as for LiveKit; forms only note if it looks like JSON and is not.
Metadata = str
Name = Annotated[str, AfterValidator(_not_blank)]
Short = Annotated[str, AfterValidator(_short)]
ShortName = Annotated[Name, AfterValidator(_short)]
TextFile = Annotated[str, Upload()]
Whole = Annotated[int | None, Field(ge=0, le=UINT32)]
