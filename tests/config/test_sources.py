"""Where a setting comes from: the environment, a file named by NAME_FILE, or .env."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.config.settings import Settings, load_settings
from app.config.sources import SettingsError
from tests.config.samples import NEEDS, REQUIRED, SAMPLES, plain

Monkey = pytest.MonkeyPatch
NAMES = list(SAMPLES)


def value_of(name: str) -> object:
    """Return what the dashboard reads for a setting now."""
    return plain(getattr(load_settings(), name.lower()))


def by_environment(monkeypatch: Monkey, folder: Path, name: str, text: str) -> None:
    """Set it in the environment."""
    monkeypatch.setenv(name, text)


def by_file(monkeypatch: Monkey, folder: Path, name: str, text: str) -> None:
    """Put it into a file and name that."""
    path = folder / "a secret"
    path.write_text(f"{text}\r\n\n", encoding="utf-8")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(path))


def by_dotenv(monkeypatch: Monkey, folder: Path, name: str, text: str) -> None:
    """Write it into .env."""
    monkeypatch.delenv(name, raising=False)
    (folder / ".env").write_text(f"# ours\n{name}='{text}'\n", encoding="utf-8")


def by_file_in_dotenv(monkeypatch: Monkey, folder: Path, name: str, text: str) -> None:
    """Put it into a file that .env names."""
    monkeypatch.delenv(name, raising=False)
    (folder / "other").write_text(text, encoding="utf-8")
    (folder / ".env").write_text(f"{name}_FILE=other\n", encoding="utf-8")


WAYS = [by_environment, by_file, by_dotenv, by_file_in_dotenv]


def test_every_setting_has_a_sample_that_is_not_its_default() -> None:
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert set(SAMPLES) == set(fields)
    same = {name for name, (_, value) in SAMPLES.items() if fields[name].default == value}
    assert same == {"ENVIRONMENT"}  # the other one has a test file of its own


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_every_setting_can_be_given_every_way(
    given: Monkey, bare: Path, name: str, way: Callable[[Monkey, Path, str, str], None]
) -> None:
    text, expected = SAMPLES[name]
    for other, value in NEEDS.get(name, {}).items():
        given.setenv(other, value)
    way(given, bare, name, text)
    assert value_of(name) == expected


@pytest.mark.parametrize("name", NAMES)
def test_name_and_file_at_once_are_refused(given: Monkey, bare: Path, name: str) -> None:
    by_file(given, bare, name, SAMPLES[name][0])
    given.setenv(name, SAMPLES[name][0])
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert refusal.value.lines == [f"{name}: set it or {name}_FILE, not both"]


def test_the_environment_goes_before_dotenv(given: Monkey, bare: Path) -> None:
    by_dotenv(given, bare, "PORT", "9001")
    given.setenv("PORT", "9002")
    assert value_of("PORT") == 9002


def test_a_file_of_the_environment_against_a_value_of_dotenv_is_refused(
    given: Monkey, bare: Path
) -> None:
    by_dotenv(given, bare, "PORT", "9001")
    given.setenv("PORT_FILE", "somewhere")
    with pytest.raises(SettingsError, match="PORT: set it or PORT_FILE, not both"):
        load_settings()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REQUIRED])
def test_empty_is_not_set(given: Monkey, name: str) -> None:
    given.setenv(name, "")
    given.setenv(f"{name}_FILE", "")
    default = Settings.model_fields[name.lower()].default
    assert value_of(name) == default or name == "SESSION_SECRET"


def test_spaces_and_signs_of_a_secret_in_a_file_are_kept(given: Monkey, bare: Path) -> None:
    by_file(given, bare, "ADMIN_PASSWORD", "  $ecret # ${HOME} \t")
    assert value_of("ADMIN_PASSWORD") == "  $ecret # ${HOME} \t"


def test_without_a_session_secret_each_start_has_its_own(given: Monkey) -> None:
    first, second = value_of("SESSION_SECRET"), value_of("SESSION_SECRET")
    assert isinstance(first, tuple)
    assert [len(secret) for secret in first] == [43]
    assert first != second


def test_settings_cannot_be_changed_once_read(given: Monkey) -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.read_only = True


def test_no_secret_shows_when_settings_are_printed(given: Monkey) -> None:
    secrets = {name: f"hidden-{name}" for name in ("LIVEKIT_API_SECRET", "ADMIN_PASSWORD")}
    secrets["SESSION_SECRET"] = "hidden-one,hidden-two"
    for name, value in secrets.items():
        given.setenv(name, value)
    settings = load_settings()
    for shown in (repr(settings), str(settings), str(settings.model_dump()), repr(vars(settings))):
        assert "hidden" not in shown
        assert "admin" in shown
