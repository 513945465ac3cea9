"""A wrong or missing setting: one clear line that names it, exit code 2, and no secret shown."""

import re
import socket
from pathlib import Path

import pytest

from app.config.settings import doubtful, likely_misspelled, load_settings
from app.config.sources import SettingsError
from tests.config.samples import PRODUCTION, REQUIRED
from tests.support.program import ended

WRONG: dict[str, list[str]] = {
    "PORT": ["0", "65536", "-1", "80.5", "http", "8000 8001"],
    "WORKERS": ["0", "65", "-1", "1.5", "auto"],
    "LIVEKIT_URL": [
        "livekit.example.com",
        "ftp://livekit.example.com",
        "ws://",
        "ws://host:99999",
        "ws://host:port",
        "ws://host name",
        "ws://[::1",
        "ws://host/?query=1",
        "ws://host/#part",
        "wss://user:hidden-password@host",
        "wss://@host",
        "wss://host;script-src",
        "wss://host,other",
    ],
    "PUBLIC_URL": [
        "ws://dash.example.com",
        "https://user:hidden-password@dash.example.com",
        "https://dash.example.com/?query=1",
        "https://dash.example.com/a b",
        "https://dash.example.com/../a",
        "https://dash.example.com:0",
        "https://host;other",
    ],
    "LIVEKIT_PUBLIC_URL": ["livekit.example.com", "wss://user:hidden-password@host", "ws://'self'"],
    "LIVEKIT_TIMEOUT": ["0", "-1", "61", "nan", "inf", "5s"],
    "ADMIN_USERNAME": ["a:b", "a" * 201, "\udcff"],
    "ADMIN_PASSWORD": ["hidden-\udcff\udcfe"],
    "SESSION_SECRET": ["hidden-\udcff"],
    "LIVEKIT_API_SECRET": ["hidden-\udcff"],
    "ENVIRONMENT": ["prod", "staging"],
    "DASHBOARD_NAME": ["hidden" + "a" * 40, "   ", "hidden\nline", "hidden\x1b[0m"],
    "DASHBOARD_COLOR": ["red", "none", "#7b4bb8", "violet;", "hidden"],
    "READ_ONLY": ["maybe", "2"],
    "ENABLE_SIP": ["perhaps"],
    "REFRESH_SECONDS": ["0", "3601", "1.5", "often"],
    "CACHE_SECONDS": ["-1", "61", "nan", "often"],
    "REDIS_URL": [
        "hidden",
        "http://hidden",
        "redis://hidden:0",
        "redis://:hidden@h:99999",
        "redis://h/hidden",
    ],
    "ALLOWED_ORIGINS": [
        "ops.example.com",
        "https://ops.example.com/",
        "https://ops.example.com/path",
        "*",
        "null",
        "https://good.example.com,bad",
        "https://user@ops.example.com",
    ],
    "ALLOWED_HOSTS": ["a*.example.com", "*example.com", "a.*", "https://a.example", "a.example:80"],
    "TRUSTED_PROXIES": ["10.0.0.0/99", "proxy", "10.0.0.256", "10.0.0.1;10.0.0.2"],
    "SIGNIN_TRIES_PER_MINUTE": ["0", "1001", "many"],
    "DATABASE_URL": [
        "mysql://u:hidden@h/d",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://h",
        "postgresql://u:p@hidden@h/d",
        "postgresql://u:hidden\u2100@h/d",
        "hidden",
    ],
    "METRICS_TOKEN": ["hidden"],
    "LOG_LEVEL": ["loud"],
    "LOG_FORMAT": ["xml"],
}
CASES = [(name, text) for name, texts in WRONG.items() for text in texts]


def refusal() -> list[str]:
    """Return the lines that the dashboard refuses its present settings with."""
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return refused.value.lines


def clear(line: str, name: str) -> bool:
    """Return whether a line names the setting and says something about it, in one line."""
    return bool(re.fullmatch(rf"{name}(_FILE)?: \S.{{5,150}}", line)) and "hidden" not in line


@pytest.mark.parametrize(("name", "text"), CASES)
def test_a_wrong_value_is_named(given: pytest.MonkeyPatch, name: str, text: str) -> None:
    given.setenv(name, text)
    lines = refusal()
    assert len(lines) == 1
    assert clear(lines[0], name), lines


@pytest.mark.parametrize("name", list(REQUIRED))
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_one_is_named(given: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    given.delenv(name)
    if value is not None:
        given.setenv(name, value)
    assert refusal() == [f"{name}: missing; set {name} or {name}_FILE (see docs/settings.md)"]


@pytest.mark.parametrize("kind", ["missing", "a folder", "not text", "empty"])
def test_a_file_that_cannot_be_used_is_named(
    given: pytest.MonkeyPatch, bare: Path, kind: str
) -> None:
    path = bare / "secret"
    if kind == "a folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(b"" if kind == "empty" else b"hidden \xff")
    given.delenv("ADMIN_PASSWORD")
    given.setenv("ADMIN_PASSWORD_FILE", str(path))
    lines = refusal()
    assert len(lines) == 1
    assert clear(lines[0], "ADMIN_PASSWORD"), lines


def test_a_dotenv_that_is_not_text_is_named(given: pytest.MonkeyPatch, bare: Path) -> None:
    (bare / ".env").write_bytes(b"ADMIN_USERNAME=hidden \xff\n")
    lines = refusal()
    assert len(lines) == 1
    assert clear(lines[0], r"\.env"), lines


def test_a_line_of_dotenv_that_cannot_be_read_is_named(
    given: pytest.MonkeyPatch, bare: Path
) -> None:
    (bare / ".env").write_text("PORT=9001\nADMIN_PASSWORD='hidden\n", encoding="utf-8")
    assert refusal() == [".env: line 2 cannot be read as NAME=value"]


def test_an_address_that_cannot_be_listened_on_is_named(bare: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        taken = ended(bare, **REQUIRED, PORT=port)
    unknown = ended(bare, **REQUIRED, HOST="no.such.invalid", WORKERS="2")
    for ran, name in [(taken, "PORT"), (unknown, "HOST")]:
        assert ran.returncode == 2
        assert len(ran.stderr.splitlines()) == 1
        assert clear(ran.stderr.strip(), name), ran.stderr


def test_a_name_that_is_nearly_a_setting_is_told(given: pytest.MonkeyPatch, bare: Path) -> None:
    for name in ("READ_ONYL", "SESSION_SECRET_FIEL", "LIVEKIT_KEYS", "HOSTNAME"):
        given.setenv(name, "hidden")
    (bare / ".env").write_text("ALOWED_HOSTS=example.com\nNODE_IP=127.0.0.1\n", encoding="utf-8")
    assert likely_misspelled() == {
        "ALOWED_HOSTS": "ALLOWED_HOSTS",
        "READ_ONYL": "READ_ONLY",
        "SESSION_SECRET_FIEL": "SESSION_SECRET_FILE",
    }


def test_the_program_names_all_of_them_and_ends_with_2(bare: Path) -> None:
    wrong = {"PORT": "http", "REFRESH_SECONDS": "0", "ALLOWED_HOSTS": "a*b", "READ_ONLY": "maybe"}
    ran = ended(bare, **wrong, ADMIN_PASSWORD="hidden", LIVEKIT_URL="wss://u:hidden@host")
    lines = ran.stderr.splitlines()
    names = sorted([*wrong, "LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"])
    assert ran.returncode == 2
    assert [line.partition(":")[0] for line in lines] == names
    assert all(clear(line, name) for line, name in zip(lines, names, strict=True)), lines
    assert ran.stdout == ""


def test_the_program_shows_no_weak_secret(bare: Path) -> None:
    weak = {name: f"hidden-{name.lower()[:6]}" for name in PRODUCTION if name != "ENVIRONMENT"}
    ran = ended(bare, **{**REQUIRED, **PRODUCTION, **weak, "ADMIN_PASSWORD": "hidden"})
    lines = ran.stderr.splitlines()
    assert ran.returncode == 2
    assert len(lines) == 3
    assert all(clear(line, name) for line, name in zip(lines, sorted(weak), strict=False)), lines


@pytest.mark.parametrize("bad", ["ADMIN_PASSWORD", ".env"])
def test_the_program_ends_so_for_what_is_not_text(bare: Path, bad: str) -> None:
    settings = dict(REQUIRED)
    if bad == ".env":
        (bare / ".env").write_bytes(b"PORT=\xff")
    else:
        settings[bad] = "hidden-\udcff"
    ran = ended(bare, **settings)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert clear(ran.stderr.strip(), re.escape(bad)), ran.stderr


def test_several_workers_do_not_keep_each_for_itself(given: pytest.MonkeyPatch) -> None:
    given.setenv("WORKERS", "2")
    given.setenv("CACHE_SECONDS", "5")
    lines = refusal()
    assert len(lines) == 1
    assert clear(lines[0], "REDIS_URL"), lines
    given.setenv("REDIS_URL", "redis://127.0.0.1")
    assert load_settings().workers == 2
    given.setenv("CACHE_SECONDS", "0")
    given.delenv("REDIS_URL")
    assert load_settings().workers == 2


def test_problems_between_settings_are_all_told(given: pytest.MonkeyPatch) -> None:
    for name, text in {"ENVIRONMENT": "production", "CACHE_SECONDS": "5", "WORKERS": "2"}.items():
        given.setenv(name, text)
    names = ["ADMIN_PASSWORD", "LIVEKIT_API_SECRET", "REDIS_URL", "SESSION_SECRET"]
    assert [line.partition(":")[0] for line in refusal()] == names
    given.setenv("PORT", "http")
    assert [line.partition(":")[0] for line in refusal()] == sorted([*names, "PORT"])


def test_a_session_secret_without_any_counts_as_not_set(given: pytest.MonkeyPatch) -> None:
    given.setenv("SESSION_SECRET", " , ")
    (fresh,) = load_settings().session_secret
    assert len(fresh) >= 32


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("LIVEKIT_API_KEY", '"APIx"', "is enclosed in quotes"),
        ("ADMIN_PASSWORD", "'hidden'", "is enclosed in quotes"),
        ("SESSION_SECRET", '"hidden",other', "is enclosed in quotes"),
        ("ADMIN_USERNAME", "`admin`", "is enclosed in quotes"),
        ("LIVEKIT_API_SECRET", "hidden ", "begins or ends with white space"),
        ("ADMIN_PASSWORD", "\thidden", "begins or ends with white space"),
        ("LIVEKIT_API_SECRET", "APIuQ4hTFhGpUyM", "looks like an API key"),
    ],
)
def test_a_doubtful_value_is_noted_and_not_shown(
    given: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    assert doubtful(load_settings()) == {}
    given.setenv(name, value)
    ((noted, note),) = doubtful(load_settings()).items()
    assert (noted, note.startswith(why)) == (name, True)
    assert "hidden" not in note
