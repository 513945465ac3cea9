"""The overview's tiles have the last 24 hours, if a store has them."""

from collections.abc import Callable
from pathlib import Path

from tests.routes.usage.conftest import some_usage
from tests.support.dashboard import Dashboard
from tests.support.stores import in_store
from tests.support.visitor import Visitor


def test_tiles_have_the_last_day(start_dashboard: Callable[..., Dashboard], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dashboard.db"
    in_store(url, some_usage)
    visitor = start_dashboard(database_url=url).visitor()
    drawn = visitor.get("/").all("svg", **{"class": "spark"})
    assert [svg["aria-label"] for svg in drawn] == [
        "Last 24 hours: sessions started",
        "Last 24 hours: most participants at one time",
        "Last 24 hours: agents that joined",
    ]
    visitor.close()


def test_without_a_store_there_are_none(admin: Visitor) -> None:
    assert admin.get("/").all("svg", **{"class": "spark"}) == []
