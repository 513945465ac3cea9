"""Where each setting in force comes from is known, and shown without its secret."""

from pathlib import Path

import pytest

from app.about.configuration import GROUPS, groups
from app.config.origins import Origin
from app.config.settings import Settings, load_settings
from tests.config.samples import REQUIRED, SAMPLES

Monkey = pytest.MonkeyPatch


def lines() -> dict[str, tuple[str, str, str]]:
    """Return value, value for a report, and source of each setting that is in force now."""
    found = groups(load_settings())
    return {x.name: (x.value, x.report, x.source) for of in found.values() for x in of}


def test_every_setting_is_in_one_group() -> None:
    assert sorted(n for names in GROUPS.values() for n in names) == sorted(Settings.model_fields)


def test_each_source_is_told(given: Monkey, bare: Path) -> None:
    (bare / "secret").write_text("a-secret-out-of-a-file\n", encoding="utf-8")
    (bare / ".env").write_text("REFRESH_SECONDS=7\nADMIN_PASSWORD_FILE=secret\n", encoding="utf-8")
    given.delenv("ADMIN_PASSWORD")
    given.setenv("port", "9001")
    seen = lines()
    assert seen["PORT"] == ("9001", "9001", "environment")
    assert seen["REFRESH_SECONDS"] == ("7", "7", ".env")
    assert seen["ADMIN_PASSWORD"] == ("••••••••", "(set)", "ADMIN_PASSWORD_FILE")
    assert seen["LOG_LEVEL"] == ("info", "info", "default")
    assert seen["METRICS_TOKEN"] == ("", "", "default")
    assert load_settings(host="::").origin("host") is Origin.GIVEN


def test_the_first_source_that_has_it_counts(given: Monkey, bare: Path) -> None:
    (bare / ".env").write_text("PORT=9001\nLOG_LEVEL=debug\n", encoding="utf-8")
    given.setenv("PORT", "9002")
    given.setenv("LOG_LEVEL", "")
    assert (lines()["PORT"][2], lines()["LOG_LEVEL"][2]) == ("environment", ".env")


def test_a_secret_shows_its_ends_at_most(given: Monkey) -> None:
    for name, (text, _) in SAMPLES.items():
        given.setenv(name, text)
    given.setenv("SESSION_SECRET", "short-one,a-longer-second-secret")
    seen = lines()
    assert seen["SESSION_SECRET"] == ("••••••••, a-••••••et", "(set)", "environment")
    for name in ("LIVEKIT_API_SECRET", "ADMIN_PASSWORD"):
        assert SAMPLES[name][0] not in seen[name][0]
        assert seen[name][1] == "(set)"
    assert {seen[name][1] for name in ("LIVEKIT_API_KEY", "ADMIN_USERNAME")} == {"(set)"}


def test_a_session_secret_made_at_the_start_is_not_shown_at_all(given: Monkey) -> None:
    made = "generated at each start"
    assert lines()["SESSION_SECRET"] == (made, made, "default")


def test_an_empty_value_is_no_origin(given: Monkey) -> None:
    for name in SAMPLES:
        if name not in REQUIRED:
            given.setenv(name, "")
    assert {s for name, (*_, s) in lines().items() if name not in REQUIRED} == {"default"}
