"""Who was verified a moment ago may only read while the store fails, and act when it is back."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in


def test_a_lost_role_permits_nothing_right_after_an_outage(
    tmp_path: Path, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    file = tmp_path / "dashboard.db"
    dashboard = start_dashboard(database_url=f"sqlite:///{file}")
    add_person(dashboard, "olga", "operator")
    add_person(dashboard, "otto", "operator")
    olga, otto = signed_in(dashboard, "olga"), signed_in(dashboard, "otto")
    token = olga.token()
    assert room in olga.get("/rooms", params={"q": room}).text
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = otto.post(f"/rooms/{room}/edit", metadata="zebra-1")
    assert (refused.status, "database is busy" in refused.text) == (503, True)
    other.execute("UPDATE users SET role = 'viewer' WHERE name = 'olga'")
    other.execute("COMMIT")
    other.close()
    assert olga.post(f"/rooms/{room}/edit", csrf=token, metadata="zebra-2").status == 403
    assert "zebra" not in otto.get(f"/rooms/{room}?tab=details").text
    for visitor in (olga, otto):
        visitor.close()
