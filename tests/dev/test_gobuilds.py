"""The stand-in is rebuilt only if its sources have changed; its sources are checked."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dev import gobuilds, gosources
from dev.toolchain import work
from tools.commands import SetupError


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources that builds into its own folder."""
    copied = tmp_path / "standin"
    shutil.copytree(gobuilds.STANDIN, copied)
    monkeypatch.setattr(gobuilds, "STANDIN", copied)
    monkeypatch.setattr(gosources, "STANDIN", copied)
    monkeypatch.setattr(gobuilds, "BINARIES", tmp_path / "bin")
    return copied


def test_a_change_is_built_and_the_outdated_program_is_removed(
    sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = gobuilds.standin()
    assert first.stat().st_mode & 0o100
    assert "Built the stand-in in" in capsys.readouterr().out

    assert gobuilds.standin() == first
    assert capsys.readouterr().out == ""

    room = sources / "room.go"
    room.write_text(room.read_text() + "\n// changed\n")
    second = gobuilds.standin()
    assert second != first
    assert list(gobuilds.BINARIES.iterdir()) == [second]


def test_a_failed_build_says_why_and_leaves_nothing(sources: Path) -> None:
    (sources / "broken.go").write_text("package main\n\nfunc broken() { missing() }\n")
    with pytest.raises(SetupError, match="undefined: missing"):
        gobuilds.standin()
    assert list(gobuilds.BINARIES.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "objection"),
    [
        ("package main\nfunc  odd( ) {}\n", "not formatted with gofmt"),
        (
            'package main\n\nimport "fmt"\n\nfunc odd() { fmt.Printf("%d", "s") }\n',
            "Printf format %d has arg",
        ),
    ],
)
def test_the_check_reports_what_gofmt_and_go_vet_report(
    text: str, objection: str, sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sources / "odd.go").write_text(text)
    with pytest.raises(SetupError, match=objection):
        gosources.work(["check"])


def test_formatted_sources_pass_the_check(sources: Path) -> None:
    odd = sources / "odd.go"
    odd.write_text("package main\nfunc  odd( ) {}\n")
    gosources.work(["format"])
    assert odd.read_text() == "package main\n\nfunc odd() {}\n"
    gosources.work(["check"])


@pytest.mark.parametrize("ask", [work, gosources.work])
def test_unknown_arguments_are_rejected(ask: Callable[[list[str]], None]) -> None:
    with pytest.raises(SetupError, match="unknown"):
        ask(["liveskit"])
