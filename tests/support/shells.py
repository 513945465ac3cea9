"""Real shells with an `lk` that records what reached it, and words that are hard on both."""

import shutil
import subprocess
import unicodedata
from pathlib import Path

HOSTILE = [
    "plain-room_1",
    "two words",
    'it\'s "quoted" `id` $(id) ${HOME} \\ | & ; < > * ? [a] {a,b} ~ # ! !!',
    "-rf",
    "--metadata",
    "--",
    "-",
    "  -x ",
    "=ls",
    "a/b",
    "..",
    "%2F",
    "?x=1",
    "<script>alert(1)</script>",
    "line\nbreak\r\n",
    "tab\there",
    "\x1b]0;owned\x07\x1b[2J'!$\\",
    "\x9b31m",
    "user\u202egnp.exe",
    "zero\u200bwidth\ufeff\u2060",
    "blank\u3164\u2800\ufe0f",
    "no-break\u00a0space",
    "\U000e0041 tag",
    "مرحبا 日本 é 👩‍💻",
    "n" * 500,
    "\\'; touch (echo made-by-fish) #",
    "\\",
    "'",
    "''\\\\'",
]
SHELLS = [found for name in ("bash", "zsh", "ksh") if (found := shutil.which(name))]
# They read what needs no escapes.
PLAIN_SHELLS = [found for name in ("sh", "dash", "fish") if (found := shutil.which(name))]


def fake_lk(folder: Path) -> None:
    """Put an `lk` that prints its words, each ended by NUL, into a folder; one reads stdin too."""
    for name, then in (("lk", ""), ("lk-with-stdin", "cat\n")):
        script = folder / name
        script.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\"\n{then}")
        script.chmod(0o755)


def ran(line: str | None, fake: Path, program: str = "bash") -> list[str]:
    """Return the words, and what was piped, that `line` hands to lk."""
    assert line is not None
    assert line.isprintable(), "nothing hidden may reach the terminal"
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in line)
    done = subprocess.run(
        [program, "-c", line],
        env={"PATH": f"{fake}:/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        timeout=20,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]
