"""What the process does with memory that it needs no more."""

import subprocess
import sys

PROGRAM = """
import resource
from app.memory import keep_freed

def taken():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    list_of_rooms = [bytearray(60_000) for _ in range(200)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_freed()
print(taken(), taken())
"""


def test_what_one_list_took_serves_the_next() -> None:
    """Pages of 4 KB that the system had to give: 3,000 at first, none the second time."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    first, second = map(int, done.stdout.split())
    assert first > 2_000
    assert second < first / 10
