"""docs/settings.md says what the code does: each setting, its default, and nothing else."""

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from app.config.settings import Settings, load_settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
# The settings of a class come before those that it inherits, as the reader of the page has them.
CLASSES = [kind for kind in Settings.__mro__ if issubclass(kind, BaseSettings)]
FIELDS = {
    name.upper(): Settings.model_fields[name]
    for kind in CLASSES
    for name in kind.__annotations__
    if name in Settings.model_fields
}


def rows() -> dict[str, tuple[str, str]]:
    """Return default and description of each row of the table."""
    return {name: (default, text) for name, default, text in ROW.findall(PAGE.read_text("utf-8"))}


def as_text(value: Any) -> str:
    """Return a default as it would be written in the environment."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def choices_of(annotation: Any) -> tuple[Any, ...]:
    """Return what a setting can be if it is a choice, which may be left out."""
    kinds = [annotation, *get_args(annotation)]
    return next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())


def test_every_setting_has_its_row_in_the_order_of_the_code() -> None:
    assert list(rows()) == list(FIELDS)
    assert set(FIELDS) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(("name", "field"), FIELDS.items())
def test_the_default_is_the_true_one(name: str, field: FieldInfo) -> None:
    default = rows()[name][0]
    if field.is_required():
        assert default == "required"
    elif field.default in ((), "", None):
        assert default in {"none", "same as `LIVEKIT_URL`", "random", "a folder `files`"}
    else:
        assert default == f"`{as_text(field.default)}`"


@pytest.mark.parametrize(
    "name", [name for name, field in FIELDS.items() if choices_of(field.annotation)]
)
def test_every_choice_is_named(name: str) -> None:
    choices = choices_of(FIELDS[name].annotation)
    said = " ".join(rows()[name])
    assert len(choices) > 1
    assert [choice for choice in choices if f"`{choice}`" not in said] == []


@pytest.mark.parametrize("name", ["WORKERS", "LIVEKIT_TIMEOUT", "REFRESH_SECONDS"])
def test_the_limits_of_a_number_are_named(name: str) -> None:
    for limit in FIELDS[name].metadata:
        number = getattr(limit, "ge", getattr(limit, "le", getattr(limit, "gt", None)))
        assert re.search(rf"\b{number}\b", rows()[name][1])


def test_the_page_speaks_of_no_setting_that_is_not_there() -> None:
    words = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", PAGE.read_text("utf-8")))
    assert {word for word in words if word.removesuffix("_FILE") not in FIELDS} == set()


def test_its_examples_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8").partition("## Examples")[2]
    blocks = re.findall(r"(?:^    \S+=.*\n)+", text, re.MULTILINE)
    assert len(blocks) == 2
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdefghijklmnopqrstuv\n", encoding="utf-8")
    environments = []
    for block in blocks:
        for line in block.split():
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, str(secret) if name.endswith("_FILE") else value)
        environments.append(load_settings().environment)
        for line in block.split():
            monkeypatch.delenv(line.partition("=")[0])
    assert environments == ["development", "production"]
