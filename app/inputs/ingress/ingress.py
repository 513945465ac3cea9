"""What the forms about ingress accept."""

import json
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.inputs.fields import Input, Many, Metadata, Short, as_typed
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
AS_IT_IS = "Without transcoding media goes through as it is: tick “Transcode”, or choose none."
CANNOT_EMPTY = "LiveKit cannot empty it once it is set: put in a text, or what stood there."


class IngressFields(MediaFields):
    """What the forms that create and edit have in common; `transcoding` holds for WHIP alone."""

    input: Literal["rtmp", "whip", "url"] = "rtmp"
    name: str = ""
    room: Short = ""
    identity: Short = ""
    participant_name: Short = ""
    metadata: Metadata = ""
    enabled: bool = True
    transcoding: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that does not go with the others, and why."""
        if not self.identity:
            yield "identity", "Say as whom it joins the room."
        yield from super().problems()
        if self.input == "whip" and not self.transcoding:
            for field in ("audio_encoding", "video_encoding"):
                if getattr(self, field):
                    yield field, AS_IT_IS


class CreateIngress(IngressFields):
    """Create an ingress: a room and an identity are enough, and an address for one that pulls."""

    url: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that does not go with the others, and why."""
        yield from super().problems()
        if self.input != "url":
            return
        problem = url_problem(self.url)
        if problem:
            yield "url", problem
        if not self.room:
            yield "room", "Name the room: what is pulled goes there at once."
        if not self.enabled:
            yield "enabled", "What is pulled begins at once, so it cannot be switched off."

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
    """Say why nothing can be pulled from this address; empty where it can be tried."""
    try:
        parts = urlsplit(url)
        there = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "This is no address."
    if parts.scheme not in SCHEMES:
        return "Enter an address that begins with http://, https:// or srt://."
    if not there:
        return "Name the host."
    if not url.isprintable() or " " in url:
        return "There is a space or a control character in it; write it as %20 or the like."
    return ""


class EditIngress(IngressFields):
    """Change an ingress; `shown` is what the form showed, so that only changes are sent."""

    shown: str = "{}"

    @field_validator("shown")
    @classmethod
    def _is_a_form(cls, text: str) -> str:
        try:
            form = _shown(text)
            texts = all(isinstance(value, str | bool) for _, value in form)
            if texts and form.audio and form.video:
                return text
        except (ValueError, TypeError, RecursionError):
            pass
        raise ValueError("This is not what the form showed.")

    @property
    def changes(self) -> Changes:
        """What was changed; options are replaced whole, so they are sent whole or not at all."""
        before = _shown(self.shown)
        options = ["enabled", "audio", "video", *(["transcoding"] if self.input == "whip" else [])]
        changed: dict[str, Any] = {
            name: getattr(self, name)
            for name in (*TEXTS, *options)
            if getattr(self, name) != getattr(before, name)
        }
        return Changes(**changed)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return each field that does not go with the others, and why."""
        yield from super().problems()
        before = _shown(self.shown)
        for name in TEXTS:
            if name != "identity" and getattr(before, name) and not getattr(self, name):
                yield name, CANNOT_EMPTY


def _shown(text: str) -> IngressFields:
    """Return the form as it was shown, unchecked: what is there may break rules for what is new."""
    return IngressFields.model_construct(**json.loads(text))


class DeleteIngress(Input):
    """Nothing to fill in: the confirmation is the button."""


class DeleteIngresses(Many):
    """Delete the ticked ingresses, or all that match."""

    ingress: list[str] = Field(default_factory=list)
    state: State = ""
    input: InputKind = ""


def texts_of(ingress: Ingress) -> dict[str, str | bool]:
    """Return an ingress as the fields of its form hold it, and as a browser gives them back."""
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
