"""DATABASE_URL: what SQLAlchemy makes of it, and what is refused without repeating it."""

import pytest

from app.config.sources import SettingsError
from app.store.addresses import engine_url


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        ("sqlite:////data/dashboard.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("POSTGRESQL://u:p@h/d", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_ours(text: str, driver: str) -> None:
    assert engine_url(text).drivername == driver


@pytest.mark.parametrize("text", ["postgresql://u:hidden@h:54x2/d", "hidden"])
def test_an_invalid_one_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        engine_url(text)
    assert refused.value.lines == ["DATABASE_URL: isn't a valid URL"]


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(SettingsError) as refused:
        engine_url("postgresql://u:hidden@h/d?sslmod=require")
    assert refused.value.lines == ["DATABASE_URL: unknown option 'sslmod'"]
    assert engine_url("postgresql://u:p@h/d?sslmode=require&application_name=x")
