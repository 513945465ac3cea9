"""What the process does with memory that it needs no more."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource
from app.process.memory import keep_freed

def taken():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    list_of_rooms = [bytearray(60_000) for _ in range(200)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_freed()
print(taken(), taken())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no mallopt")
def test_what_one_list_took_serves_the_next() -> None:
    """12 MB are 3,000 pages of 4 KB that the system had to give, and none the second time."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    first, second = map(int, done.stdout.split())
    assert first > 100  # some systems have pages of 64 KB
    assert second < first / 10
