"""A dashboard with recordings in a folder, on each database, and who looks at them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.store.schema import RECORDINGS
from tests.support.dashboard import Dashboard
from tests.support.history import Row, keep
from tests.support.recordings import of_file, recording_row
from tests.support.sounds import recording
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

SOUND = recording(3)


@dataclass(frozen=True)
class Recorded:
    """A dashboard, the folder that workers record into, and who looks at the recordings."""

    dashboard: Dashboard
    root: Path
    admin: Visitor
    support: Visitor
    viewer: Visitor

    def keep(self, *rows: Row) -> None:
        """Keep recordings."""
        keep(self.dashboard.settings.stored_in, {RECORDINGS: rows})

    def file(self, name: str, content: bytes = SOUND) -> Row:
        """Write a file into the folder, and return what LiveKit reports of it."""
        (self.root / name).write_bytes(content)
        return of_file(self.root / name)

    def sound(self, egress_id: str, **own: object) -> Row:
        """Keep a recording with a real sound, and return its row."""
        row = recording_row(egress_id, **self.file(f"{egress_id}.ogg")) | own
        self.keep(row)
        return row

    def with_only(self, *permissions: str) -> Visitor:
        """Return a program with these permissions."""
        return program(self.dashboard, give_token(self.dashboard, "admin", list(permissions)))

    def audited(self, about: str, label: str) -> int:
        """Return how many entries of the audit are about something and have a label."""
        return self.admin.get(f"/audit?q={about}").html.count(label)


@pytest.fixture(scope="module")
def recorded(
    start_dashboard: Callable[..., Dashboard],
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Recorded:
    """A dashboard with a folder for recordings, and none yet."""
    root = tmp_path_factory.mktemp("recorded")
    dashboard = start_dashboard(database_url=databases.new(), recordings_root=root)
    support = program(dashboard, give_token(dashboard, "support"))
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    return Recorded(dashboard, root, dashboard.visitor(), support, viewer)
