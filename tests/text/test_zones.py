"""Time zones: by name, never by a path, and moments as they are written in one."""

from datetime import UTC, datetime

import pytest

from app.text.formatters import ago, when
from app.text.zones import LOCAL, Zone, written, zone_named, zone_names

SUMMER = datetime(2026, 7, 1, 22, 30, 5, 900_000, tzinfo=UTC)
WINTER = datetime(2026, 11, 29, 13, 37, 26, tzinfo=UTC)


def zone(name: str) -> Zone:
    """Return a zone that there is."""
    found = zone_named(name)
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "moment", "text"),
    [
        ("UTC", WINTER, "2026-11-29 13:37:26 UTC"),
        ("local", WINTER, "2026-11-29 13:37:26 UTC"),
        ("Europe/Berlin", WINTER, "2026-11-29 14:37:26 CET"),
        ("Europe/Berlin", SUMMER, "2026-07-02 00:30:05 CEST"),
        ("Asia/Kathmandu", WINTER, "2026-11-29 19:22:26 +0545"),
    ],
)
def test_a_moment_is_written_in_the_zone(name: str, moment: datetime, text: str) -> None:
    assert written(moment, zone(name)) == text
    assert f" data-when>{text}</time>" in when(moment, zone(name))
    assert f'title="{text}"' in ago(moment, moment, zone(name))
    assert f'datetime="{moment:%Y-%m-%dT%H:%M:%S}Z"' in when(moment, zone(name))


def test_no_moment_is_a_dash() -> None:
    assert when(None) == "&ndash;"


@pytest.mark.parametrize(
    "name", ["", "Berlin", "../../etc/passwd", "/etc/passwd", "utc\n", "LOCAL"]
)
def test_what_is_not_a_zone_is_none(name: str) -> None:
    assert zone_named(name) is None


def test_every_name_that_is_offered_is_a_zone() -> None:
    names = zone_names()
    assert names[0] == "UTC"
    assert len(names) == len(set(names)) > 300
    assert all(zone(name).name == name for name in names)


@pytest.mark.parametrize(
    ("name", "label"),
    [("local", "Local"), ("UTC", "UTC"), ("America/New_York", "New York")],
)
def test_the_label_is_short(name: str, label: str) -> None:
    assert zone(name).label == label
    assert (zone(name) == LOCAL) is (name == "local")
