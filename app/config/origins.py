"""Where each setting in force comes from."""

from enum import StrEnum
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

KEY = "origins"


class Origin(StrEnum):
    """What gave a setting its value."""

    GIVEN = "given"  # by the program that made the dashboard, as tests do
    FILE = "file"
    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    DEFAULT = "default"


# By the names of the sources (pydantic-settings, `settings_sources_data`).
ORIGINS = {
    "InitSettingsSource": Origin.GIVEN,
    "FromFile": Origin.FILE,
    "EnvSettingsSource": Origin.ENVIRONMENT,
    "DotEnvSettingsSource": Origin.DOTENV,
}


class Origins(PydanticBaseSettingsSource):
    """The last source: it gives no setting, but says which source before it gave each."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Give nothing."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Give the origin of each setting that is not at its default, under `KEY`."""
        found: dict[str, Origin] = {}
        for source, given in self.settings_sources_data.items():
            for name in given.keys() & self.settings_cls.model_fields.keys():
                found.setdefault(name, ORIGINS[source])
        return {KEY: found}
