"""Check or format the Go sources of the stand-in worker.

python -m dev.gosources check    gofmt and go vet
python -m dev.gosources format
"""

from __future__ import annotations

from pathlib import Path

from dev.gobuilds import STANDIN, environment, go
from tools.commands import SetupError, main, run


def check() -> None:
    """Run gofmt and go vet. Raises SetupError with what they report."""
    listed = run([_gofmt(), "-l", STANDIN])
    if listed:
        raise SetupError(f"not formatted with gofmt; run `make format`:\n{listed.rstrip()}")
    # with the flag of the build, so that its compiled packages are reused
    run([go(), "vet", "-C", STANDIN, "-trimpath", "./..."], env=environment())


def _gofmt() -> Path:
    return Path(run([go(), "env", "GOROOT"], env=environment()).strip()) / "bin" / "gofmt"


def work(words: list[str]) -> None:
    """Run the command with these arguments."""
    match words:
        case ["check"]:
            check()
        case ["format"]:
            run([_gofmt(), "-w", STANDIN])
        case _:
            raise SetupError(f"unknown arguments: {' '.join(words)}; see dev/gosources.py")


if __name__ == "__main__":
    main(work)
