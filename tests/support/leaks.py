"""What was secret in this run, and all that the dashboards of this run logged.

Collected wherever a test uses one: settings, sign-ins, forms that are sent, LiveKit's own answers.
What the dashboard itself hands out is known by its form. conftest.py searches when the run ends.
"""

import io
import json
import logging
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from google.protobuf.message import Message
from pydantic import SecretStr

from app.config.settings import Settings
from app.services.livekit.redaction import SECRETS
from app.web.failures import is_secret

SHORTEST = 12  # shorter ones may appear in a log by chance
LONGEST = 4096
# LiveKit makes one for each room; nobody uses it, and thousands of them take long to look for.
UNUSED = frozenset({"turn_password"})
# The name of an API key, which the log of a refused webhook has; what users type there is masked.
NAMES = frozenset({"signing_key"})
HANDED_OUT = {
    "a token for LiveKit": re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]*\.[\w-]{20,}"),
    "a session cookie": re.compile(r"gAAAAA[\w-]{60,}"),
    "a form's token": re.compile(r"Wy[IJ][\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}"),
}
FORM = "application/x-www-form-urlencoded"
Starts = dict[str, list[tuple[str, str]]]  # spelled secrets by their first SHORTEST letters
OF_SETTINGS = [n for n, f in Settings.model_fields.items() if "SecretStr" in str(f.annotation)]


class Leaks:
    """The secrets of a run by what they are, and its logs."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.text = io.StringIO()
        self.files: list[Path] = []
        self.handler = logging.StreamHandler(self.text)

    def keep(self, secret: str, what: str) -> None:
        """Remember a secret that no log may hold."""
        if SHORTEST <= len(secret) <= LONGEST and len(set(secret)) >= SHORTEST // 2:
            self.secrets[secret] = what

    def settings(self, settings: Settings) -> None:
        """Remember what is secret in the settings of a dashboard in this process."""
        for name in OF_SETTINGS:
            value = getattr(settings, name)
            for secret in value if isinstance(value, tuple) else [value]:
                if isinstance(secret, SecretStr):
                    self.keep(_within(secret.get_secret_value()), name)
        for preset in settings.egress_presets:
            for name, secret in preset.secrets.items():
                self.keep(secret.get_secret_value(), f"{name} of a storage preset")

    def environment(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Remember what is secret in the environment of a dashboard; give the environment."""
        for name in OF_SETTINGS:
            for secret in settings.get(name.upper(), "").split(","):
                self.keep(_within(secret.strip()), name)
        return settings

    def ended(
        self, command: Sequence[str], folder: Path, settings: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a dashboard in `folder` with this environment, until it ends on its own."""
        done = subprocess.run(
            command,
            env=self.environment(settings),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.text.write(done.stdout + done.stderr)
        return done

    def form(self, body: str) -> None:
        """Remember what is typed into the fields that the dashboard itself covers."""
        for name, value in parse_qsl(body):
            if is_secret(name, value):
                self.keep(value, f"the field {name}")

    def message(self, message: Any, name: str = "") -> None:
        """Remember what is secret in something that LiveKit was asked or answered."""
        if isinstance(message, str):
            self.keep(message if name in SECRETS - UNUSED - NAMES else "", name)
        elif isinstance(message, Message):
            for field, value in message.ListFields():
                self.message(value, field.name)
        elif isinstance(message, Iterable):
            for each in message:
                self.message(each)

    def follow(self, log: Path) -> Path:
        """Search the log of a program too; give its path."""
        self.files.append(log)
        return log

    def logs(self) -> Iterator[str]:
        """Return all that was logged: by dashboards of this process, and by each program."""
        yield self.text.getvalue()
        for path in self.files:
            if path.exists():
                yield path.read_text(encoding="utf-8", errors="replace")

    def found(self) -> list[str]:
        """Return the name of each secret that a log contains, and the line."""
        starts: Starts = {}
        for secret, what in self.secrets.items():
            for written in _spellings(secret):
                starts.setdefault(written[:SHORTEST], []).append((written, what))
        return [told for text in self.logs() for told in _found(text, starts)]


def _found(text: str, starts: Starts) -> Iterator[str]:
    """Return each of many thousand secrets in a text, the first time that it is there.

    A search for each of them took a minute: this one looks at each place of the text once.
    """
    for what, form in HANDED_OUT.items():
        if match := form.search(text):
            yield f"{what}: {_line(text, match.start())}"
    told = set()
    for at in range(len(text) - SHORTEST + 1):
        for written, what in starts.get(text[at : at + SHORTEST], ()):
            # an address that continues with a covered key is another, longer one
            longer = text.startswith("/{", at + len(written))
            if text.startswith(written, at) and not longer and written not in told:
                told.add(written)
                yield f"{what}: {_line(text, at)}"


def _within(setting: str) -> str:
    """Return what is secret in a setting: of an address, its password."""
    return urlsplit(setting).password or "" if "://" in setting else setting


def _spellings(secret: str) -> set[str]:
    """Return a secret as a line may contain it: in JSON, in an address, in Python."""
    return {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), repr(secret)[1:-1]}


def _line(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : end if end >= 0 else None][:1000]


LEAKS = Leaks()


class Kept:
    """A structlog renderer whose lines are searched when the run ends."""

    def __init__(self, renderer: Any) -> None:
        self.renderer = renderer

    def __call__(self, logger: Any, method: str, event: Any) -> Any:
        """Return the line."""
        line = self.renderer(logger, method, event)
        LEAKS.text.write(f"{line}\n")
        return line
