"""The files that put it into production are valid; what runs them is not at hand in the tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.config.settings import Settings
from dev.toolchain import caddy, hadolint
from tools.commands import ROOT

SERVICE = ROOT / "deploy" / "livekit-dashboard.service"
COMPOSE = ("compose.yaml", "compose.caddy.yaml")
# Everything of compose.yaml that is no setting of the dashboard.
OTHERS = {"NODE_IP", "DASHBOARD_DOMAIN", "LIVEKIT_DOMAIN"}


def succeeds(*command: str | Path, **environment: str) -> None:
    """Run a program that finds nothing wrong."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_dockerfile() -> None:
    succeeds(hadolint(), "--failure-threshold", "info", "Dockerfile")


def test_the_image_has_all_that_it_is_built_from() -> None:
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    assert all((ROOT / name).exists() for name in kept)
    used = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \./$", used, re.MULTILINE)
    assert {name for line in copied for name in line.split()} <= kept
    assert {"app", "tools", "README.md", "LICENSE"} <= kept  # for poetry's build


@pytest.mark.parametrize("name", COMPOSE)
def test_compose_by_its_own_schema(name: str) -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    succeeds(sys.executable, "-m", "check_jsonschema", *schema, name)


def test_the_example_has_all_that_compose_asks_for() -> None:
    text = "".join((ROOT / name).read_text() for name in COMPOSE)
    wanted = set(re.findall(r"\$\{(\w+)", text))
    told = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+):\?", text)) <= told <= wanted
    settings = {name.upper() for name in Settings.model_fields}
    assert wanted - OTHERS <= settings


def test_caddy() -> None:
    names = {"DASHBOARD_DOMAIN": "a.example", "LIVEKIT_DOMAIN": "b.example"}
    validate = ("validate", "--adapter", "caddyfile", "--config", "deploy/Caddyfile")
    succeeds(caddy(), *validate, **names)


def test_systemd_runs_what_is_installed() -> None:
    text = SERVICE.read_text()
    commands = re.findall(r"^ExecStart(?:Pre)?=(\S+) (.*)$", text, re.MULTILINE)
    assert [words for _, words in commands] == ["--version", "serve"]
    assert {Path(command).name for command, _ in commands} == {"livekit-dashboard"}
    assert all(re.match(r"(#|\[\w+\]$|\w+=|$)", line) for line in text.splitlines())
