"""The forms of ingresses: create, edit, delete."""

from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.inputs.fields import Input, Many, Metadata, Short, as_shown, as_typed, changed
from app.inputs.ingress.media import MediaFields, media_texts
from app.services.ingress.control import Changes, NewIngress
from app.services.ingress.ingresses import Ingress
from app.services.ingress.listing import Input as InputKind
from app.services.ingress.listing import State
from app.services.ingress.states import InputType
from app.text.json_text import pretty

SCHEMES = ("http", "https", "srt")
LINES = frozenset({"metadata", "video_layers"})
TEXTS = ("name", "room", "identity", "participant_name", "metadata")
AS_IT_IS = "Without transcoding, media is passed through. Select Transcode, or choose none."
CANNOT_EMPTY = "LiveKit can't clear this once it is set. Enter a text, or restore the previous one."


class IngressFields(MediaFields):
    """The fields that the forms share; `transcoding` applies to WHIP only."""

    input: Literal["rtmp", "whip", "url"] = "rtmp"
    name: str = ""
    room: Short = ""
    identity: Short = ""
    participant_name: Short = ""
    metadata: Metadata = ""
    enabled: bool = True
    transcoding: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each field that does not fit the others, and why."""
        if not self.identity:
            yield "identity", "Enter an identity."
        yield from super().problems()
        if self.input == "whip" and not self.transcoding:
            for field in ("audio_encoding", "video_encoding"):
                if getattr(self, field):
                    yield field, AS_IT_IS


class CreateIngress(IngressFields):
    """Create an ingress: it needs a room and an identity, and a source URL if it pulls."""

    url: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each field that does not fit the others, and why."""
        yield from super().problems()
        if self.input != "url":
            return
        problem = url_problem(self.url)
        if problem:
            yield "url", problem
        if not self.room:
            yield "room", "Enter a room: the worker publishes to it immediately."
        if not self.enabled:
            yield "enabled", "An ingress that pulls starts immediately, so it can't be disabled."

    @property
    def new(self) -> NewIngress:
        """The ingress that the form describes."""
        same = (*TEXTS, "enabled", "transcoding", "audio", "video")
        return NewIngress(
            input=InputType(self.input),
            url=self.url if self.input == "url" else "",
            **{name: getattr(self, name) for name in same},
        )


def url_problem(url: str) -> str:
    """Return why nothing can be pulled from this URL; empty if it can be tried."""
    try:
        parts = urlsplit(url)
        complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "Enter a valid URL."
    if parts.scheme not in SCHEMES:
        return "Enter a URL that starts with http://, https:// or srt://."
    if not complete:
        return "Enter a host."
    if not url.isprintable() or " " in url:
        return "Write spaces and control characters in percent-encoding, such as %20."
    return ""


class EditIngress(IngressFields):
    """Change an ingress; `shown` is what the form showed, so that only changes are sent."""

    shown: str = "{}"

    @field_validator("shown")
    @classmethod
    def _is_a_form(cls, text: str) -> str:
        as_shown(text)
        return text

    @property
    def changes(self) -> Changes:
        """What was changed; options are replaced as a whole, so they are sent whole or not."""
        names = changed(self, as_shown(self.shown), IngressFields.model_fields)
        fields = {*TEXTS, "enabled", *(["transcoding"] if self.input == "whip" else [])}
        changes: dict[str, Any] = {name: getattr(self, name) for name in names if name in fields}
        for options in ("audio", "video"):
            basics = {f"{options}_name", f"{options}_source", f"{options}_encoding"}
            detailed = getattr(self, f"{options}_encoding") == "advanced"
            if any(n in basics or (detailed and n.startswith(f"{options}_")) for n in names):
                changes[options] = getattr(self, options)
        return Changes(**changes)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each field that does not fit the others, and why."""
        yield from super().problems()
        before = as_shown(self.shown)
        for name in TEXTS:
            if name != "identity" and before.get(name) and not getattr(self, name):
                yield name, CANNOT_EMPTY


class DeleteIngress(Input):
    """Delete one ingress; the form has no fields."""


class DeleteIngresses(Many):
    """Delete the selected ingresses, or all that match."""

    ingress: list[str] = Field(default_factory=list)
    state: State = ""
    input: InputKind = ""


def texts_of(ingress: Ingress) -> dict[str, str | bool]:
    """Return an ingress as the fields of its form, as a browser sends them back."""
    fields: dict[str, str | bool] = {
        "input": str(ingress.input),
        "enabled": ingress.enabled,
        "transcoding": ingress.transcoding,
        **{name: getattr(ingress, name) for name in TEXTS},
        **media_texts(ingress.audio, ingress.video),
        "metadata": pretty(ingress.metadata),
    }
    return {
        name: value if isinstance(value, bool) else as_typed(value, lines=name in LINES)
        for name, value in fields.items()
    }
