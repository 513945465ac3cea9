"""The sources of settings: the environment, `.env`, and the files that NAME_FILE points to."""

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource


class SettingsError(Exception):
    """The configuration is invalid; `lines` has one readable line per setting."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class FromFile(PydanticBaseSettingsSource):
    """Reads NAME from the file that NAME_FILE points to, without its trailing line break."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of the file, or None if NAME_FILE is not set."""
        name = field_name.upper()
        path = self._environment.get(f"{name}_FILE")
        if not path:
            return None, field_name, False
        if self._environment.get(name):
            raise SettingsError([f"{name}: set it or {name}_FILE, not both"])
        try:
            text = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise SettingsError([f"{name}_FILE: cannot read {path}: {reason}"]) from error
        if not text:
            raise SettingsError([f"{name}_FILE: {path} is empty"])
        return text, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return every field that has a NAME_FILE."""
        self._environment = environment()
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            text, key, _ = self.get_field_value(field, name)
            if text is not None:
                values[key] = text
        return values


def environment() -> dict[str, str | None]:
    """Return every variable of `.env` and the environment, which takes precedence."""
    return {**dotenv_values(".env"), **os.environ}


def is_set(name: str) -> bool:
    """Return whether the process itself has a variable: libraries don't read `.env`."""
    return bool(os.environ.get(name))
