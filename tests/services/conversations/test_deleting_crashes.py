"""A process that is killed while it deletes leaves nothing that nobody finds."""

import subprocess
import sys
from pathlib import Path

from app.store.schema import CONVERSATIONS, UNWANTED_FILES
from tests.support.kept import Kept, folder_url, kept_in
from tests.support.program import environment
from tests.support.uploads import Spoken

PROGRAM = Path(__file__).parent / "deleting_process.py"


def start(database: str, url: str) -> subprocess.Popen[str]:
    """Start a process that deletes."""
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), database, url],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_process_that_is_killed_leaves_nothing_behind(database: str, tmp_path: Path) -> None:
    url = folder_url(tmp_path)

    async def fill(kept: Kept) -> None:
        for _ in range(12):
            spoken = Spoken()
            await kept.traces(spoken)
            await kept.sound(spoken)

    async def left(kept: Kept) -> tuple[int, int, list[str]]:
        rows, notes = await kept.number(CONVERSATIONS), await kept.number(UNWANTED_FILES)
        return rows, notes, await kept.files()

    kept_in(database, url, fill)
    for words in (1, 2, 3):
        killed = start(database, url)
        assert killed.stdout is not None
        for _ in range(words):
            assert killed.stdout.readline() in {"deleted\n", "cleared\n"}
        killed.kill()
        killed.communicate()
    rows, notes, files = kept_in(database, url, left)
    assert rows + notes, "it was killed too late for this test"
    assert len(files) >= rows
    finishing = start(database, url)
    finishing.communicate(timeout=60)
    assert finishing.returncode == 0
    assert kept_in(database, url, left) == (0, 0, [])
